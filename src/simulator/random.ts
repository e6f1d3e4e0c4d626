/** The next number of a random sequence, in [0, 1). */
export type Random = () => number;

/**
 * A sequence that depends on the seed, the prompt and how often that prompt was admitted before, and on nothing
 * else: the order of arrival never changes a row's answer. `purpose` keeps the draws of faults apart from those of answers.
 */
export function randomFor(seed: number, promptHash: number, occurrence: number, purpose: number): Random {
  let state =
    scramble(scramble(scramble(seed | 0) ^ promptHash) ^ occurrence) ^ Math.imul(purpose, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return scramble(state) / 4294967296;
  };
}

/** Spreads 32 bits so that neighbours have nothing in common (the finaliser of MurmurHash3). */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Counts how often each prompt was admitted; remembers a bounded number of prompts, the oldest are forgotten. */
export class OccurrenceCounter {
  readonly #counts = new Map<number, number>();
  readonly #capacity: number;
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** 0 for the first time, then 1, 2 … */
  next(promptHash: number): number {
    const seen = this.#counts.get(promptHash) ?? 0;
    this.#counts.set(promptHash, seen + 1);
    if (seen === 0 && this.#counts.size > this.#capacity) {
      const oldest = this.#counts.keys().next();
      if (!oldest.done) this.#counts.delete(oldest.value);
    }
    return seen;
  }

  clear(): void {
    this.#counts.clear();
  }
}
