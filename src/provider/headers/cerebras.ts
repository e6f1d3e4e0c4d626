import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../model/duration.ts";
import { toldBy } from "./told.ts";

/** Cerebras: the names tell the window, resets are seconds with a fraction (inference-docs.cerebras.ai, 2026). */
export const cerebrasHeaders = toldBy(
  { names: "x-ratelimit-*-requests-minute", dimension: "requests", window: MINUTE_MS },
  { names: "x-ratelimit-*-requests-hour", dimension: "requests", window: HOUR_MS },
  { names: "x-ratelimit-*-requests-day", dimension: "requests", window: DAY_MS },
  { names: "x-ratelimit-*-tokens-minute", dimension: "tokens", window: MINUTE_MS },
  { names: "x-ratelimit-*-tokens-hour", dimension: "tokens", window: HOUR_MS },
  { names: "x-ratelimit-*-tokens-day", dimension: "tokens", window: DAY_MS },
);
