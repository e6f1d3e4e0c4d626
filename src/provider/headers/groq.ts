import { DAY_MS, MINUTE_MS } from "../../model/duration.ts";
import { toldBy } from "./told.ts";

/** Groq: OpenAI's names, but requests are counted per day (console.groq.com/docs/rate-limits, 2026). */
export const groqHeaders = toldBy(
  { names: "x-ratelimit-*-requests", dimension: "requests", window: DAY_MS },
  { names: "x-ratelimit-*-tokens", dimension: "tokens", window: MINUTE_MS },
);
