import { SECOND_MS } from "../../model/duration.ts";
import { countOf } from "../figures.ts";
import { headerOf } from "../header-values.ts";
import { perMinuteHeaders } from "./per-minute.ts";
import type { LimitHeaders } from "./told.ts";

/** Azure OpenAI and GitHub Models: whole seconds, a minute each unless a renewal period tells another window. */
export const azureHeaders: LimitHeaders = (head, wallNow) =>
  perMinuteHeaders(head, wallNow).flatMap((told) => {
    const period = headerOf(head, `x-ratelimit-renewalperiod-${told.dimension}`);
    if (period === undefined) return [told];
    const seconds = countOf(period) ?? 0;
    return seconds === 0 ? [] : [{ ...told, windowMs: seconds * SECOND_MS }];
  });
