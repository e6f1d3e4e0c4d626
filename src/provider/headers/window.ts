import { DAY_MS, MINUTE_MS } from "../../model/duration.ts";
import type { WindowRule } from "./told.ts";

/** How far a reset may be from what a window predicts; resets are rounded to the millisecond. */
const TOLERANCE = 0.02;
const ROUNDING_MS = 1.5;

/**
 * A minute, where the figures are those of a bucket that a minute fills: what is missing then takes its share of the
 * minute to come back. Longer windows are not concluded in this way: early in a fixed minute, with little used, the
 * same figures look like a day's, and the error would all but stop a run.
 */
export const plainMinute: WindowRule = (figures) => (fits(figures, MINUTE_MS) ? MINUTE_MS : null);

/** For a provider whose limits are known to be buckets, of a minute or of a day. */
export const minuteOrDay: WindowRule = (figures) =>
  plainMinute(figures) ?? (fits(figures, DAY_MS) ? DAY_MS : null);

/** What is left is told in whole requests, rounded down: up to one of those that are missing is back already. */
function fits({ limit, remaining, resetMs }: Parameters<WindowRule>[0], windowMs: number): boolean {
  if (remaining === null || resetMs === null || remaining === limit || resetMs === 0) return false;
  const missing = limit - remaining;
  const mostMs = (missing / limit) * windowMs;
  const leastMs = ((missing - 1) / limit) * windowMs;
  const slackMs = Math.max(ROUNDING_MS, mostMs * TOLERANCE);
  return resetMs >= leastMs - slackMs && resetMs <= mostMs + slackMs;
}
