/** So many retries may be owed before any success, and at most (gRPC's retry throttling, as a debt and not a verdict). */
const FIRST = 10;
const MOST = 50;
/** One retry for ten successes. */
const PER_SUCCESS = 0.1;

/** How many retries a run may make in a hurry: where more fails, retries wait longer instead of being shed. */
export class RetryBudget {
  #left = FIRST;

  succeeded(): void {
    this.#left = Math.min(MOST, this.#left + PER_SUCCESS);
  }

  /** True when this retry is within the budget, which is charged with it. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
