/** So many requests sent and answered since a row failed: the others pass. */
const ENOUGH = 3;

/** When the latest answered requests of a lane were sent. */
export class Passing {
  readonly #sentAt = Array<number>(ENOUGH).fill(Number.NEGATIVE_INFINITY);
  #oldest = 0;

  answered(sentAt: number): void {
    this.#sentAt[this.#oldest] = sentAt;
    this.#oldest = (this.#oldest + 1) % ENOUGH;
  }

  /** What was on its way at that time already says nothing of what came after. */
  since(time: number): boolean {
    return this.#sentAt.every((sentAt) => sentAt >= time);
  }
}
