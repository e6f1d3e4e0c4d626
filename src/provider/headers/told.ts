import type { ToldLimit } from "../../model/limits.ts";
import type { ResponseHead } from "../../model/transport.ts";
import { countOf } from "../figures.ts";
import { headerOf } from "../header-values.ts";
import { untilReset } from "./reset.ts";

/** Reads the limits out of a response's headers: one provider's way of telling them. Empty where there are none. */
export type LimitHeaders = (head: ResponseHead, wallNow: () => number) => readonly ToldLimit[];

/** Judges from the figures which window they belong to; null where they do not show it. */
export type WindowRule = (figures: Pick<ToldLimit, "limit" | "remaining" | "resetMs">) => number | null;

/** The headers of one limit. */
export interface LimitNames {
  /** In place of `*` stand the words "limit", "remaining" and "reset". */
  names: string;
  dimension: ToldLimit["dimension"];
  /** Milliseconds, or how to find out. */
  window: number | WindowRule;
}

export const NONE_TOLD: readonly ToldLimit[] = Object.freeze([]);

/** The dialect that tells its limits in these headers. */
export function toldBy(...limits: readonly LimitNames[]): LimitHeaders {
  const known = limits.map(({ names, ...rest }) => ({
    ...rest,
    limit: names.replace("*", "limit"),
    remaining: names.replace("*", "remaining"),
    reset: names.replace("*", "reset"),
  }));
  return (head, wallNow) => {
    let told: ToldLimit[] | null = null;
    for (const { limit, remaining, reset, dimension, window } of known) {
      if (head.headers[limit] === undefined) continue;
      const figures = {
        limit: headerOf(head, limit),
        remaining: headerOf(head, remaining),
        resetMs: untilReset(headerOf(head, reset), head, wallNow),
      };
      const found = toldLimit(dimension, window, figures);
      if (found !== null) told = withLimit(told ?? [], found);
    }
    return told ?? NONE_TOLD;
  };
}

/** A limit of the texts that tell it; null where the limit itself is absent or absurd. */
export function toldLimit(
  dimension: ToldLimit["dimension"],
  window: number | WindowRule,
  texts: { limit: string | undefined; remaining: string | undefined; resetMs: number | null },
): ToldLimit | null {
  const limit = countOf(texts.limit);
  if (limit === null || limit === 0) return null;
  const left = countOf(texts.remaining);
  const remaining = left !== null && left <= limit ? left : null;
  const { resetMs } = texts;
  const windowMs = typeof window === "number" ? window : window({ limit, remaining, resetMs });
  // A limit is whole again after its window at the latest; a longer reset belongs to something else.
  const isTooLong = resetMs !== null && windowMs !== null && resetMs > windowMs;
  return { dimension, limit, windowMs, remaining, resetMs: isTooLong ? null : resetMs, dormant: false };
}

/** Two limits of one dimension and window (OpenAI's organisation and project) hold both: the tighter figures of each. */
function withLimit(told: ToldLimit[], next: ToldLimit): ToldLimit[] {
  const at = told.findIndex((one) => one.dimension === next.dimension && one.windowMs === next.windowMs);
  const twin = told[at];
  if (twin === undefined) told.push(next);
  else told[at] = tighter(twin, next);
  return told;
}

function tighter(one: ToldLimit, other: ToldLimit): ToldLimit {
  const limit = Math.min(one.limit, other.limit);
  const scarcer = (other.remaining ?? Infinity) < (one.remaining ?? Infinity) ? other : one;
  const remaining = scarcer.remaining === null ? null : Math.min(limit, scarcer.remaining);
  return { ...one, limit, remaining, resetMs: scarcer.resetMs };
}
