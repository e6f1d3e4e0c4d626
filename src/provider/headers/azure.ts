import { MINUTE_MS, SECOND_MS } from "../durations.ts";
import { countOf } from "../figures.ts";
import { headerOf } from "../header-values.ts";
import { type LimitHeaders, toldBy } from "./told.ts";

const perMinute = toldBy(
  { names: "x-ratelimit-*-requests", dimension: "requests", window: MINUTE_MS },
  { names: "x-ratelimit-*-tokens", dimension: "tokens", window: MINUTE_MS },
);

/** Azure OpenAI and GitHub Models: whole seconds, a minute each unless a renewal period tells another window. */
export const azureHeaders: LimitHeaders = (head, wallNow) =>
  perMinute(head, wallNow).flatMap((told) => {
    const period = headerOf(head, `x-ratelimit-renewalperiod-${told.dimension}`);
    if (period === undefined) return [told];
    const seconds = countOf(period) ?? 0;
    return seconds === 0 ? [] : [{ ...told, windowMs: seconds * SECOND_MS }];
  });
