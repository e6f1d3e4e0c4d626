import { MINUTE_MS } from "../../model/duration.ts";
import type { ResponseHead } from "../../model/transport.ts";
import { toldBy } from "./told.ts";

/** Mistral: a minute each, no resets (mistralai/client-ts issue 169, February 2026). */
export const mistralHeaders = toldBy(
  { names: "x-ratelimit-*-req-minute", dimension: "requests", window: MINUTE_MS },
  { names: "x-ratelimit-*-tokens-minute", dimension: "tokens", window: MINUTE_MS },
);

/** With a 429, Mistral's way of saying that the plan does not hold this model. */
export function isClosedByHeaders(head: ResponseHead): boolean {
  return head.headers["x-ratelimit-limit-req-minute"] === "0";
}
