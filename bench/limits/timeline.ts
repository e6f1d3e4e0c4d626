import type { Recovery } from "./scenario/scenario.ts";

const TRAIL_SECONDS = 15;
/** Earlier the trail says more of the time before. */
const FIRST_JUDGED_SECONDS = 5;
const FEW_REJECTS = 0.05;
const ENOUGH_ADMITTED = 0.9;

/** What arrived at a server, second by second. */
export class Timeline {
  readonly #admitted: number[] = [];
  readonly #rejected: number[] = [];

  arrived(now: number, isAdmitted: boolean): void {
    const seconds = isAdmitted ? this.#admitted : this.#rejected;
    const second = Math.floor(now / 1000);
    while (seconds.length <= second) seconds.push(0);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }

  /** Seconds until the last fifteen hold few rejections, or enough that was admitted; null when they never did. */
  secondsToRecover({ atMs, is, perSecond }: Recovery): number | null {
    const change = Math.floor(atMs / 1000);
    const expected = perSecond * TRAIL_SECONDS;
    for (let after = FIRST_JUDGED_SECONDS; change + after <= this.#admitted.length; after += 1) {
      const isThere =
        is === "fewer"
          ? trail(this.#rejected, change + after) <= FEW_REJECTS * expected
          : trail(this.#admitted, change + after) >= ENOUGH_ADMITTED * expected;
      if (isThere) return after;
    }
    return null;
  }
}

function trail(seconds: readonly number[], end: number): number {
  return seconds.slice(Math.max(0, end - TRAIL_SECONDS), end).reduce((sum, count) => sum + count, 0);
}
