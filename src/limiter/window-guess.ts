import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/duration.ts";

/** The windows providers use, where a header set does not say which. */
const USUAL_MS = [SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS] as const;
/** A figure this near to a usual window is taken for it; resets are rounded. */
const NEAR = 0.15;
/** So many near figures more than for any other window make a guess sure. */
const VOTES = 3;

/**
 * Guesses the window of a limit from how long it takes to be whole again. A bucket that refills evenly tells it
 * exactly: limit × reset ÷ missing. A window that ends tells only that it is no shorter than the reset. A minute is
 * assumed until something speaks against it.
 */
export class WindowGuess {
  #longestReset = 0;
  readonly #votes = USUAL_MS.map(() => 0);

  /** Milliseconds; null when there is nothing to guess from. */
  observe(limit: number, remaining: number | null, resetMs: number | null): number | null {
    if (remaining === null || resetMs === null) return null;
    this.#longestReset = Math.max(this.#longestReset, resetMs);
    const missing = limit - remaining;
    if (missing > 0 && resetMs > 0) this.#vote((limit * resetMs) / missing);
    return this.#best();
  }

  #vote(windowMs: number): void {
    const place = USUAL_MS.findIndex((usual) => Math.abs(windowMs / usual - 1) < NEAR);
    this.#votes.forEach((votes, index) => {
      this.#votes[index] = index === place ? Math.min(votes + 1, 2 * VOTES) : Math.max(0, votes - 0.25);
    });
  }

  #best(): number {
    const isLongEnough = (windowMs: number) => windowMs * (1 + NEAR) >= this.#longestReset;
    const sure = USUAL_MS.find((usual, index) => (this.#votes[index] ?? 0) >= VOTES && isLongEnough(usual));
    if (sure !== undefined) return sure;
    if (isLongEnough(MINUTE_MS)) return MINUTE_MS;
    const voted = USUAL_MS.find((usual, index) => (this.#votes[index] ?? 0) > 0 && isLongEnough(usual));
    return voted ?? USUAL_MS.find(isLongEnough) ?? DAY_MS;
  }
}
