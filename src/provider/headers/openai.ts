import { MINUTE_MS } from "../../model/duration.ts";
import { toldBy } from "./told.ts";
import { minuteOrDay } from "./window.ts";

/**
 * OpenAI: buckets, with the time until they are full as a Go duration. Requests are counted per minute or, in low
 * tiers, per day ("10000", "9999", "8.64s"), under the same name: the figures decide.
 */
export const openaiHeaders = toldBy(
  { names: "x-ratelimit-*-requests", dimension: "requests", window: minuteOrDay },
  { names: "x-ratelimit-*-tokens", dimension: "tokens", window: MINUTE_MS },
  { names: "x-ratelimit-*-project-tokens", dimension: "tokens", window: MINUTE_MS },
);
