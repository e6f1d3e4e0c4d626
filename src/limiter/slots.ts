/** The user's `maxConcurrent`: so many requests in flight over all lanes of an account. */
export class Slots {
  #most: number;
  #taken = 0;

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

  hasRoom(): boolean {
    return this.#taken < this.#most;
  }

  take(): void {
    this.#taken += 1;
  }

  give(): void {
    this.#taken -= 1;
  }
}
