import { MINUTE_MS } from "../../model/duration.ts";
import type { ToldLimit } from "../../model/limits.ts";
import { type LimitHeaders, toldBy } from "./told.ts";

const requests = minute("requests", "requests");
const input = minute("input-tokens", "tokens");
const output = minute("output-tokens", "tokens");
const total = minute("tokens", "tokens");

/**
 * Anthropic: buckets of a minute, resets as RFC 3339 moments. Input and output have limits of their own, whose sum is
 * the limit of all tokens. Of that sum as much is left as of the scarcer part, so that the pace falls before either
 * is used up.
 */
export const anthropicHeaders: LimitHeaders = (head, wallNow) => {
  const parts = [...input(head, wallNow), ...output(head, wallNow)];
  const whole = total(head, wallNow)[0] ?? sumOf(parts);
  const tokens = whole === null ? [] : [scarcest(whole, parts)];
  return [...requests(head, wallNow), ...tokens];
};

function minute(what: string, dimension: ToldLimit["dimension"]): LimitHeaders {
  return toldBy({ names: `anthropic-ratelimit-${what}-*`, dimension, window: MINUTE_MS });
}

/** Null unless both parts are told. */
function sumOf([one, other]: readonly ToldLimit[]): ToldLimit | null {
  if (one === undefined || other === undefined) return null;
  return { ...one, limit: one.limit + other.limit, remaining: null, resetMs: null };
}

function scarcest(whole: ToldLimit, parts: readonly ToldLimit[]): ToldLimit {
  const scarce = parts.reduce((least, part) => (shareLeft(part) < shareLeft(least) ? part : least), whole);
  if (scarce === whole) return whole;
  return { ...whole, remaining: Math.floor(whole.limit * shareLeft(scarce)), resetMs: scarce.resetMs };
}

function shareLeft({ limit, remaining }: ToldLimit): number {
  return remaining === null ? 1 : remaining / limit;
}
