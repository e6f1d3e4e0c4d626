import type { Clock } from "../model/clock.ts";

/** A body on its way in, as the budget sees it. */
export interface BodyReader {
  /** Bytes it holds now; written by the budget. */
  heldBytes: number;
  /** May read on even when the budget is short; written by the budget. */
  favoured: boolean;
  /** Bytes a favoured reader was counted for; written by the budget. */
  promisedBytes: number;
  /** The most it may still grow. */
  remainingBytes(): number;
  pauseReading(): void;
  resumeReading(): void;
}

/** How long all favoured readers may stand still before another is let through. */
const STALL_MS = 1_000;

/**
 * Bounds the memory of bodies: of unfinished ones, and of whole ones that are kept. States of a reader:
 *
 * free      reads as it comes; up to half the budget is first come, first served
 * favoured  beyond that, the earliest readers whose remaining bytes fit the other half read to their end
 * paused    everyone else waits in order, and is favoured or freed as others end
 *
 * At least one reader is always free or favoured, unless whole bodies fill their half, and a second one follows when
 * the favoured stand still, so one stalled answer cannot hold up the rest.
 */
export class BodyBudget {
  readonly #clock: Clock;
  readonly #half: number;
  readonly #paused = new Set<BodyReader>();
  #held = 0;
  /** Bytes of whole bodies that somebody still keeps. */
  #kept = 0;
  #promised = 0;
  #favouredCount = 0;
  #taken = 0;
  #watching = false;

  constructor(clock: Clock, limitBytes: number) {
    this.#clock = clock;
    this.#half = limitBytes / 2;
  }

  /** Bytes held by all readers. */
  get heldBytes(): number {
    return this.#held;
  }

  take(reader: BodyReader, bytes: number): void {
    reader.heldBytes += bytes;
    this.#held += bytes;
    if (this.#held + this.#kept <= this.#half || reader.favoured) {
      this.#taken += bytes;
      return;
    }
    if (this.#fits(reader)) {
      this.#favour(reader);
      return;
    }
    if (this.#paused.has(reader)) return;
    this.#paused.add(reader);
    reader.pauseReading();
    this.#watch();
  }

  /** The reader ended, in whatever way; its bytes are no longer the budget's. */
  release(reader: BodyReader): void {
    this.#held -= reader.heldBytes;
    reader.heldBytes = 0;
    if (reader.favoured) {
      reader.favoured = false;
      this.#favouredCount--;
      this.#promised -= reader.promisedBytes;
    }
    if (this.#paused.size === 0) return;
    this.#paused.delete(reader);
    this.#letOn();
  }

  /** A whole body stays in memory for now: it takes the place of others that could be read. */
  keep(bytes: number): void {
    this.#kept += bytes;
  }

  /** A kept body is gone. */
  letGo(bytes: number): void {
    this.#kept -= bytes;
    this.#letOn();
  }

  #letOn(): void {
    for (const reader of this.#paused) {
      if (!this.#fits(reader)) return;
      this.#resume(reader);
    }
  }

  #fits(reader: BodyReader): boolean {
    if (this.#favouredCount === 0 && this.#isRoomForOne()) return true;
    return this.#promised + this.#kept + reader.remainingBytes() <= this.#half;
  }

  /** Not while whole bodies fill their half: on a full disk they would become more and more. */
  #isRoomForOne(): boolean {
    return this.#kept < this.#half;
  }

  #resume(reader: BodyReader): void {
    this.#paused.delete(reader);
    this.#favour(reader);
    reader.resumeReading();
  }

  #favour(reader: BodyReader): void {
    reader.favoured = true;
    reader.promisedBytes = reader.remainingBytes();
    this.#favouredCount++;
    this.#promised += reader.promisedBytes;
  }

  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    const takenBefore = this.#taken;
    this.#clock.after(STALL_MS, () => {
      this.#watching = false;
      const [next] = this.#paused;
      if (next === undefined) return;
      if (this.#taken === takenBefore && this.#isRoomForOne()) this.#resume(next);
      this.#watch();
    });
  }
}
