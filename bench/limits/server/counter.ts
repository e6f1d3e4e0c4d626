/** Sums of fractions miss a whole number by less than this. */
export const ROUNDING = 1e-6;

/** One limit as a server counts it. The counters of `src/simulator` know no change of a limit and no phase. */
export interface Counter {
  /** Milliseconds until `cost` has room; 0 = now. */
  wait(now: number, cost: number): number;
  /** A negative amount is given back. */
  take(now: number, amount: number): void;
  /** The limit, and what may be taken at once, are from now on this part of what they were at first. */
  scale(now: number, factor: number): void;
  /** What the headers tell. */
  limit(): number;
  remaining(now: number): number;
  resetMs(now: number): number;
}
