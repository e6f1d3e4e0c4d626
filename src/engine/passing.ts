/** So many requests sent and answered since a row failed: the others pass. */
const ENOUGH = 3;
/** An answer from longer before a send says nothing of the provider at that send. Milliseconds. */
const RECENT_MS = 1000;

/** When the latest answered requests of a lane were sent, and when the last answer came. */
export class Passing {
  readonly #sentAt = Array<number>(ENOUGH).fill(Number.NEGATIVE_INFINITY);
  #oldest = 0;
  #lastAt = Number.NEGATIVE_INFINITY;

  answered(sentAt: number, now: number): void {
    this.#lastAt = now;
    this.#sentAt[this.#oldest] = sentAt;
    this.#oldest = (this.#oldest + 1) % ENOUGH;
  }

  /** What was on its way at that time already says nothing of what came after. */
  since(time: number): boolean {
    return this.#sentAt.every((sentAt) => sentAt >= time);
  }

  /** Others still passed when this was sent. */
  lately(sentAt: number): boolean {
    return this.#lastAt >= sentAt - RECENT_MS;
  }
}
