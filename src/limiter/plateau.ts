import { Goodput } from "./goodput.ts";

/** A cycle of fewer requests, or of fewer than are in flight, measures no rate. */
const FEWEST = 20;
/** So far above what was measured the next plateau may be, where cycles agree and where they do not. */
const ROOM_AGREED = 1.1;
const ROOM = 1.3;
/** Where nothing was measured: after the first rejection of a careful start, and at most after a block. */
const BLIND_CUT = 0.25;
const DEEPEST_FIRST_CUT = 0.4;

/** Where the provider's limit seems to be, from one pause's end to the next. */
export class Plateau {
  readonly #goodput = new Goodput();
  /** What was found when a cycle last measured something. */
  #measured = Number.POSITIVE_INFINITY;
  #agreed = 0;
  #untold = 0;

  /** How many cycles agreed of late. */
  get agreed(): number {
    return this.#agreed;
  }

  /** How many pauses in a row told nothing new. */
  get untold(): number {
    return this.#untold;
  }

  sent(now: number): void {
    this.#goodput.sent(now);
  }

  turnedAway(): void {
    this.#goodput.turnedAway();
  }

  restart(now: number, latencyMs: number): void {
    this.#goodput.restart(now, latencyMs);
  }

  /** After the first rejection of a careful start at `current`. */
  first(now: number, current: number, latencyMs: number): number {
    const goodput = this.#goodput.cycle(now, FEWEST);
    if (goodput === null) return BLIND_CUT * current;
    return this.#tell(now, latencyMs, Math.max(DEEPEST_FIRST_CUT * current, Math.min(current, goodput)));
  }

  /** After a pause of `blockMs`, which began with a rejection at `current`; `before` is the plateau until now. */
  next(now: number, current: number, facts: { before: number; blockMs: number; latencyMs: number }): number {
    const { before, blockMs, latencyMs } = facts;
    const goodput = this.#goodput.cycle(now, Math.max(FEWEST, before * latencyMs));
    if (goodput === null) {
      this.#untold += 1;
      // A provider that turned everything away for a while did not show how much it takes.
      return Math.min(this.#measured, Math.max(BLIND_CUT * current, this.#goodput.overall(now) ?? current));
    }
    const isAgreed = this.#goodput.settle(goodput, blockMs);
    this.#untold = 0;
    this.#agreed = Math.max(0, this.#agreed + (isAgreed ? 1 : -1));
    const known = this.#goodput.best ?? goodput;
    const aim = Math.min(Math.sqrt(known * current), known * (isAgreed ? ROOM_AGREED : ROOM));
    return this.#tell(now, latencyMs, Math.min(current, aim));
  }

  #tell(now: number, latencyMs: number, plateau: number): number {
    this.#goodput.restart(now, latencyMs);
    this.#measured = plateau;
    return plateau;
  }
}
