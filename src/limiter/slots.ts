/** Whoever was refused a slot and takes none within so long, once there is one, does not want it any more. */
const CLAIM_MS = 1000;

/**
 * The user's `maxConcurrent`: so many requests in flight over all lanes of an account. While several lanes want some
 * each has its equal share: else a model whose answers take a minute would come to hold the slots of one that answers
 * in a second.
 */
export class Slots {
  #most: number;
  #taken = 0;
  readonly #held = new Map<object, number>();
  /** Lanes that found no slot and are expected to take one. */
  readonly #claims = new Set<object>();
  #roomSince: number | null = null;

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
    if (waitMs > 0) this.#claims.add(holder);
    return waitMs;
  }

  take(holder: object): void {
    this.#taken += 1;
    this.#held.set(holder, this.#of(holder) + 1);
    this.#claims.delete(holder);
    if (this.#taken >= this.#most) this.#roomSince = null;
  }

  give(holder: object): void {
    this.#taken -= 1;
    const left = this.#of(holder) - 1;
    if (left > 0) this.#held.set(holder, left);
    else this.#held.delete(holder);
  }

  /** How long free slots are kept for those who hold less than their equal share. */
  #leftToOthers(now: number, holder: object): number {
    if (this.#claims.size === 0) return 0;
    this.#roomSince ??= now;
    const leftMs = this.#roomSince + CLAIM_MS - now;
    if (leftMs <= 0) {
      this.#claims.clear();
      return 0;
    }
    const others = [...this.#claims].filter((other) => other !== holder).map((other) => this.#of(other));
    const share = Math.max(1, Math.floor(this.#most / (others.length + 1)));
    const behind = others.filter((held) => held < share && held < this.#of(holder) + 1);
    const kept = behind.reduce((sum, held) => sum + share - held, 0);
    return this.#of(holder) < share || kept < this.#most - this.#taken ? 0 : leftMs;
  }

  #of(holder: object): number {
    return this.#held.get(holder) ?? 0;
  }
}
