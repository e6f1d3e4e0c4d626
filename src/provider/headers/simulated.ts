import { perMinuteHeaders } from "./per-minute.ts";
import type { LimitHeaders } from "./told.ts";
import { xaiHeaders } from "./xai.ts";

/** The simulator speaks xAI's dialect, or OpenAI's, which alone tells resets; it enforces a minute, never a day. */
export const simulatedHeaders: LimitHeaders = (head, wallNow) => {
  const { headers } = head;
  const hasReset =
    headers["x-ratelimit-reset-requests"] !== undefined || headers["x-ratelimit-reset-tokens"] !== undefined;
  return (hasReset ? perMinuteHeaders : xaiHeaders)(head, wallNow);
};
