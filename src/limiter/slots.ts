/** Whoever was refused a slot and does not ask again for so long does not want it any more. */
const CLAIM_MS = 1000;

/**
 * The user's `maxConcurrent`: so many requests in flight over all lanes of an account. Whoever holds fewest goes
 * first: else a model whose answers take a minute would come to hold the slots of one that answers in a second.
 */
export class Slots {
  #most: number;
  #taken = 0;
  readonly #held = new Map<object, number>();
  /** Until when a lane that found no slot is expected to take one. */
  readonly #claims = new Map<object, number>();

  /** `most` ≥ 1. */
  constructor(most: number) {
    this.#most = most;
  }

  get most(): number {
    return this.#most;
  }

  /** Takes effect for what starts from now on. */
  resize(most: number): void {
    this.#most = most;
  }

  /** 0 = there is one; > 0 = others come first, ask again in so many ms; Infinity = ask again when a request ends. */
  wait(now: number, holder: object): number {
    const isFull = this.#taken >= this.#most;
    const waitMs = isFull ? Number.POSITIVE_INFINITY : this.#leftToOthers(now, holder);
    if (waitMs > 0) this.#claims.set(holder, now + CLAIM_MS);
    return waitMs;
  }

  take(holder: object): void {
    this.#taken += 1;
    this.#held.set(holder, this.#of(holder) + 1);
    this.#claims.delete(holder);
  }

  give(holder: object): void {
    this.#taken -= 1;
    const left = this.#of(holder) - 1;
    if (left > 0) this.#held.set(holder, left);
    else this.#held.delete(holder);
  }

  /** How long free slots are kept for those who hold fewer than this one. */
  #leftToOthers(now: number, holder: object): number {
    if (this.#claims.size === 0) return 0;
    const free = this.#most - this.#taken;
    const until: number[] = [];
    for (const [other, expires] of this.#claims) {
      if (expires <= now) this.#claims.delete(other);
      else if (other !== holder && this.#of(other) < this.#of(holder)) until.push(expires);
    }
    return until.length < free ? 0 : Math.max(...until) - now;
  }

  #of(holder: object): number {
    return this.#held.get(holder) ?? 0;
  }
}
