/** Of the next requests one is turned away as well: the pause was too short, and doubles. */
const AGAIN_WITHIN = 10;
/** Who is asked to wait for longer met another limit. */
const LONGEST_ASKED_MS = 1000;
/** A window that would need a longer pause is not grazed but full. */
const LONGEST_MS = 250;

/**
 * A short window that was kept by what was sent and yet found full: requests came closer than they were sent. It has
 * a place again in a moment, so nothing more than that is waited for, and nobody goes ahead.
 *
 *   quiet ──turned away──► waiting ──its moment is over──► quiet
 *   turned away again and again: no graze, but the gate's matter
 */
export class Graze {
  #until = Number.NEGATIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;

  wait(now: number): number {
    return Math.max(0, this.#until - now);
  }

  /** False where it is more than a graze. `newest`: the last that was sent; those before it belong to this one. */
  throttled(
    now: number,
    {
      askedMs,
      newest,
      placeMs,
      sequence,
    }: { askedMs: number; newest: number; placeMs: number; sequence: number },
  ): boolean {
    if (askedMs > LONGEST_ASKED_MS) return false;
    if (sequence > this.#newest) {
      const isAgain = sequence - this.#newest <= AGAIN_WITHIN;
      const pauseMs = isAgain ? 2 * this.#pauseMs : placeMs;
      if (isAgain && pauseMs > LONGEST_MS) return false;
      this.#pauseMs = pauseMs;
      this.#newest = newest;
      this.#until = now + pauseMs;
    }
    this.#until = Math.max(this.#until, now + askedMs);
    return true;
  }
}
