/** So many pauses in so short a time are no accident. */
const STRIKES = 3;
const WITHIN_MS = 20_000;

/** Notices when limits that are believed are struck again and again. */
export class Strikes {
  #latest: readonly number[] = [];

  /** True when the latest strikes are forgotten. */
  areOver(now: number): boolean {
    return now - (this.#latest.at(-1) ?? Number.NEGATIVE_INFINITY) >= WITHIN_MS;
  }

  /** Returns true when this one is the third within 20 seconds. */
  add(now: number): boolean {
    this.#latest = [...this.#latest.filter((at) => now - at < WITHIN_MS), now].slice(-STRIKES);
    return this.#latest.length === STRIKES;
  }
}
