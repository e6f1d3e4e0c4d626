import { type SendHistory, UNWRITTEN_RECHECK_MS } from "./send-history.ts";

/** A minute becomes 120 slots of half a second; one more, so that a whole window is always covered. */
const SLOTS = 121;
/** Sums of fractions come out a little beside the whole. */
const ROUNDING = 1e-6;
/** 0 would mean "now". */
const SHORTEST_WAIT_MS = 0.1;

/**
 * What was charged within the last window, in slots: for tokens, whose charges are corrected when the answer
 * tells what was really used. A slot leaves when its youngest charge is a window old.
 */
export class SlotSum implements SendHistory {
  #limit: number;
  readonly #slotMs: number;
  readonly #slots: Float64Array;
  #current = Number.NEGATIVE_INFINITY;
  #total = 0;
  #reserved = 0;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#slotMs = windowMs / (SLOTS - 1);
    this.#slots = new Float64Array(SLOTS);
  }

  /** A charge above the whole limit waits for an empty window, then passes. The slots' width is guard enough. */
  wait(now: number, amount: number): number {
    this.#advance(now);
    const need = Math.min(amount, this.#limit);
    if (this.#reserved > 0 && this.#reserved + need > this.#limit) return UNWRITTEN_RECHECK_MS;
    let excess = this.#total + this.#reserved + need - this.#limit;
    if (excess <= ROUNDING) return 0;
    for (let slot = this.#current - SLOTS + 1; slot <= this.#current; slot += 1) {
      excess -= this.#slots[place(slot)] ?? 0;
      if (excess <= ROUNDING) return this.#untilLeaves(slot, now);
    }
    return this.#untilLeaves(this.#current, now);
  }

  reserve(amount: number): void {
    this.#reserved += amount;
  }

  write(now: number, amount: number): void {
    this.#reserved -= amount;
    this.#advance(now);
    this.#add(this.#current, amount);
  }

  release(amount: number): void {
    this.#reserved -= amount;
  }

  correct(now: number, writtenAt: number, delta: number): void {
    this.#advance(now);
    const slot = Math.floor(writtenAt / this.#slotMs);
    if (slot > this.#current - SLOTS && slot <= this.#current) this.#add(slot, delta);
  }

  resize(limit: number, share: number): void {
    this.#limit = limit;
    this.#slots.forEach((charge, index) => {
      this.#slots[index] = charge * share;
    });
    this.#total *= share;
  }

  used(now: number): number {
    this.#advance(now);
    return Math.max(0, this.#total) + this.#reserved;
  }

  #untilLeaves(slot: number, now: number): number {
    return Math.max(SHORTEST_WAIT_MS, (slot + SLOTS) * this.#slotMs - now);
  }

  #add(slot: number, amount: number): void {
    this.#slots[place(slot)] = (this.#slots[place(slot)] ?? 0) + amount;
    this.#total += amount;
  }

  #advance(now: number): void {
    const slot = Math.floor(now / this.#slotMs);
    if (slot <= this.#current) return;
    if (slot - this.#current >= SLOTS) {
      this.#slots.fill(0);
    } else {
      for (let passed = this.#current + 1; passed <= slot; passed += 1) this.#slots[place(passed)] = 0;
    }
    this.#current = slot;
    this.#total = this.#slots.reduce((sum, charge) => sum + charge, 0);
  }
}

function place(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS;
}
