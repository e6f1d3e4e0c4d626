/** Sums of fractions come out a little short of the whole; so little is not worth another wait. */
const ROUNDING = 1e-9;
/** A shorter wait could be lost in the rounding of `now`, and asked for again for ever. */
const SHORTEST_WAIT_MS = 0.05;

/**
 * A token bucket that starts full. The wait may be clamped by the caller, the charge never is: the level goes
 * below zero and the debt is waited off, but never more than one whole `debtLimit`.
 */
export class Bucket {
  #ratePerMs: number;
  #capacity: number;
  #debtLimit: number;
  #level: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(ratePerMs: number, capacity: number, debtLimit: number) {
    this.#ratePerMs = ratePerMs;
    this.#capacity = capacity;
    this.#debtLimit = debtLimit;
    this.#level = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** From now on it fills at this rate; what is in it stays, as far as it fits. */
  retune(now: number, ratePerMs: number, capacity: number, debtLimit: number): void {
    this.level(now);
    this.#ratePerMs = ratePerMs;
    this.#capacity = capacity;
    this.#debtLimit = debtLimit;
    this.#level = this.#bounded(this.#level);
  }

  /** Milliseconds until `need` is there. Asking for more than the capacity would wait for ever: clamp first. */
  wait(now: number, need: number): number {
    const missing = need - this.level(now);
    return missing <= ROUNDING ? 0 : Math.max(SHORTEST_WAIT_MS, missing / this.#ratePerMs);
  }

  charge(now: number, amount: number): void {
    this.#level = this.#bounded(this.level(now) - amount);
  }

  /** Throws the credit away, so that whatever comes next is paced from nothing. */
  drain(now: number): void {
    this.#level = Math.min(this.level(now), 0);
  }

  level(now: number): number {
    if (now > this.#at) {
      const earned = this.#at === Number.NEGATIVE_INFINITY ? 0 : (now - this.#at) * this.#ratePerMs;
      this.#level = this.#bounded(this.#level + earned);
      this.#at = now;
    }
    return this.#level;
  }

  #bounded(level: number): number {
    return Math.min(this.#capacity, Math.max(-this.#debtLimit, level));
  }
}
