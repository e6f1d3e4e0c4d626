/** So many pauses in so short a time, and among so few requests, are no accident. */
const STRIKES = 3;
const WITHIN_MS = 20_000;
const WITHIN_REQUESTS = 200;

interface Strike {
  at: number;
  sequence: number;
}

/**
 * Notices when limits that are believed are struck again and again. Among many requests three are an accident:
 * arrivals that bunched, which is the guard's matter.
 */
export class Strikes {
  #latest: readonly Strike[] = [];

  /** True when the latest strikes are forgotten. */
  areOver(now: number): boolean {
    return now - (this.#latest.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= WITHIN_MS;
  }

  /** `sequence`: the request that was turned away. Returns true when this one is one of three. */
  add(now: number, sequence: number): boolean {
    const isLately = (strike: Strike) =>
      now - strike.at < WITHIN_MS && sequence - strike.sequence <= WITHIN_REQUESTS;
    this.#latest = [...this.#latest.filter(isLately), { at: now, sequence }].slice(-STRIKES);
    return this.#latest.length === STRIKES;
  }
}
