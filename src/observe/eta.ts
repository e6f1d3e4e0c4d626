/** Below this the last ten seconds say little: the whole run's average is asked instead. */
const ENOUGH_IN_WINDOW = 20;
const WINDOW_SECONDS = 10;

export interface EtaFacts {
  /** Rows this run has still to settle. */
  left: number;
  /** Rows settled per second, over the last ten. */
  rate: number;
  /** Rows settled in this run. */
  settled: number;
  elapsedMs: number;
  /** Requests per second that the limits allow; Infinity when there are none. */
  allowedPerSecond: number;
  /** Milliseconds until anything goes on; 0 when it does. */
  pausedMs: number;
  /** Milliseconds until the last lane that waits goes on; 0 when none does. */
  lastToOpenMs: number;
}

/** Milliseconds to the last row; null until one row was settled. Never more hopeful than the limits. */
export function estimateEta(facts: EtaFacts): number | null {
  const { left, rate, settled, elapsedMs, allowedPerSecond, pausedMs, lastToOpenMs } = facts;
  if (left === 0) return 0;
  if (settled === 0 || elapsedMs <= 0) return null;
  const average = settled / (elapsedMs / 1000);
  const present = rate * WINDOW_SECONDS >= ENOUGH_IN_WINDOW ? rate : average;
  const workMs = (left / Math.min(present, allowedPerSecond)) * 1000;
  return Math.max(workMs + pausedMs, lastToOpenMs);
}
