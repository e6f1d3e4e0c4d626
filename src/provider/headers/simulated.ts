import { openaiHeaders } from "./openai.ts";
import type { LimitHeaders } from "./told.ts";
import { xaiHeaders } from "./xai.ts";

/** The simulator speaks xAI's dialect or OpenAI's; only OpenAI's tells resets. */
export const simulatedHeaders: LimitHeaders = (head, wallNow) => {
  const { headers } = head;
  const hasReset =
    headers["x-ratelimit-reset-requests"] !== undefined || headers["x-ratelimit-reset-tokens"] !== undefined;
  return (hasReset ? openaiHeaders : xaiHeaders)(head, wallNow);
};
