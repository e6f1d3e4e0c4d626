import type { ToldLimit } from "../../model/limits.ts";
import { MINUTE_MS } from "../durations.ts";
import { type LimitHeaders, NONE_TOLD, toldBy } from "./told.ts";

const requests = toldBy({
  names: "anthropic-ratelimit-requests-*",
  dimension: "requests",
  window: MINUTE_MS,
});
const [input, output, total] = ["input-tokens", "output-tokens", "tokens"].map((what) =>
  toldBy({ names: `anthropic-ratelimit-${what}-*`, dimension: "tokens", window: MINUTE_MS }),
);

/**
 * Anthropic: buckets of a minute, resets as RFC 3339 moments. Input and output have limits of their own, whose sum is
 * the limit of all tokens. Of that sum as much is left as of the scarcer part, so that the pace falls before either
 * is used up.
 */
export const anthropicHeaders: LimitHeaders = (head, wallNow) => {
  const told = requests(head, wallNow);
  const parts = [input, output].flatMap((read) => read?.(head, wallNow) ?? NONE_TOLD);
  const whole = total?.(head, wallNow)[0] ?? (parts.length === 2 ? sumOf(parts) : null);
  return whole === null ? told : [...told, scarcest(whole, parts)];
};

function sumOf(parts: readonly ToldLimit[]): ToldLimit | null {
  const [first] = parts;
  return first === undefined
    ? null
    : { ...first, limit: parts.reduce((sum, part) => sum + part.limit, 0), remaining: null, resetMs: null };
}

function scarcest(whole: ToldLimit, parts: readonly ToldLimit[]): ToldLimit {
  const shareOf = ({ limit, remaining }: ToldLimit) => (remaining === null ? 1 : remaining / limit);
  const scarce = parts.reduce((least, part) => (shareOf(part) < shareOf(least) ? part : least), whole);
  if (scarce === whole) return whole;
  return { ...whole, remaining: Math.floor(whole.limit * shareOf(scarce)), resetMs: scarce.resetMs };
}
