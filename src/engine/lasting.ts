/** Between two sights of it nobody may have looked: the machine slept. More than this does not count. */
const MOST_BETWEEN_MS = 120_000;

/** How long something has lasted that is only seen now and then. */
export class Lasting {
  #ms = 0;
  #seenAt: number | null = null;

  get ms(): number {
    return this.#ms;
  }

  seen(now: number): void {
    if (this.#seenAt !== null) this.#ms += Math.min(now - this.#seenAt, MOST_BETWEEN_MS);
    this.#seenAt = now;
  }

  over(): void {
    this.#ms = 0;
    this.#seenAt = null;
  }
}
