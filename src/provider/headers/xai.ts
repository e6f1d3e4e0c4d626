import { SECOND_MS } from "../../model/duration.ts";
import type { ToldLimit } from "../../model/limits.ts";
import { perMinuteHeaders } from "./per-minute.ts";
import type { LimitHeaders } from "./told.ts";

/** docs.x.ai/developers/rate-limits, October 2026: a forty-eighth of the minute's requests each second, at least 2. */
const SECONDS_A_MINUTE_IS_SPREAD_OVER = 48;
const LEAST_PER_SECOND = 2;

/** xAI: on successes only, without resets; requests per minute, of which the second is what is known to be enforced. */
export const xaiHeaders: LimitHeaders = (head, wallNow) =>
  perMinuteHeaders(head, wallNow).flatMap((told) =>
    told.dimension === "requests" ? secondAndMinute(told) : [told],
  );

/** What is left belongs to the minute: of the second's share the headers tell nothing. */
function secondAndMinute(minute: ToldLimit): ToldLimit[] {
  const limit = Math.max(LEAST_PER_SECOND, Math.floor(minute.limit / SECONDS_A_MINUTE_IS_SPREAD_OVER));
  const second: ToldLimit = { ...minute, limit, windowMs: SECOND_MS, remaining: null, resetMs: null };
  return [second, { ...minute, dormant: true }];
}
