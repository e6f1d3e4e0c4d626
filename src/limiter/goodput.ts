/** A cycle shorter than this measures a burst, not a rate; it is joined to the next one. */
const SHORTEST_CYCLE_MS = 5000;
const REMEMBERED_MS = 60_000;
/** A longer or fuller cycle may raise what is believed. */
const SURE_MS = 30_000;
const SURE = 60;
/** A lower cycle counts against the best as much as so many requests count for it. */
const DOUBT = 30;

/**
 * How many requests a provider really took: those not turned away between two episodes of rejections, by the time
 * between them. At both ends its bucket is empty, so the burst it allows cancels out. The rate of sending at the
 * moment of a rejection would measure the burst.
 */
export class Goodput {
  #taken = 0;
  #before = 0;
  #beforeMs = 0;
  #since: number | null = null;
  #lastCycleMs = 0;
  #best: number | null = null;

  /** The best that was measured of late, per ms. */
  get best(): number | null {
    return this.#best;
  }

  sent(now: number): void {
    this.#since ??= now;
    this.#taken += 1;
  }

  turnedAway(): void {
    this.#taken -= 1;
  }

  /** Requests per ms since the last cycle; null while that says nothing. */
  cycle(now: number, fewest: number): number | null {
    const elapsed = now - (this.#since ?? now);
    this.#lastCycleMs = elapsed;
    return elapsed >= SHORTEST_CYCLE_MS && this.#taken >= fewest ? this.#taken / elapsed : null;
  }

  /**
   * The same together with the cycle before. A provider that charges tokens when the answer is done goes into debt
   * and turns everything away for a while, at a rate that was nearly right.
   */
  overall(now: number): number | null {
    const elapsed = now - (this.#since ?? now) + this.#beforeMs;
    if (elapsed <= 0) return null;
    const rate = Math.max(1, this.#taken + this.#before) / elapsed;
    if (this.#best !== null) this.#best = Math.min(this.#best, rate);
    return rate;
  }

  /** Weighs a cycle that ended against the best. Returns true when both agree. */
  settle(goodput: number, blockMs: number): boolean {
    const before = this.#best;
    const isDrained = blockMs > 0.25 * this.#lastCycleMs;
    const isSure = this.#taken >= SURE || this.#lastCycleMs >= SURE_MS;
    if (before === null) this.#best = goodput;
    else if (goodput < before)
      this.#best = before + ((goodput - before) * this.#taken) / (this.#taken + DOUBT);
    else if (isSure) this.#best = goodput;
    return (before !== null && goodput >= 0.8 * before) || isDrained;
  }

  restart(now: number, latencyMs: number): void {
    const elapsed = now - (this.#since ?? now) + this.#beforeMs;
    const share = Math.min(1, Math.max(REMEMBERED_MS, 4 * latencyMs) / Math.max(1, elapsed));
    this.#before = share * (this.#taken + this.#before);
    this.#beforeMs = share * elapsed;
    this.#taken = 0;
    this.#since = now;
  }
}
