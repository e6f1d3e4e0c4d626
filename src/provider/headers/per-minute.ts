import { MINUTE_MS } from "../../model/duration.ts";
import { toldBy } from "./told.ts";

/** OpenAI's names where both are known to be a minute's. */
export const perMinuteHeaders = toldBy(
  { names: "x-ratelimit-*-requests", dimension: "requests", window: MINUTE_MS },
  { names: "x-ratelimit-*-tokens", dimension: "tokens", window: MINUTE_MS },
);
