import type { ToldLimit } from "../../../src/model/limits.ts";
import type { LimitHeaders } from "../../../src/provider/headers/told.ts";

/** What the clock on the wall says in these tests, unless a response is dated. */
export const NOW = Date.parse("2026-11-25T12:00:00Z");

export type Headers = Readonly<Record<string, string | string[]>>;

export function read(dialect: LimitHeaders, headers: Headers, status = 200): readonly ToldLimit[] {
  return dialect({ status, headers }, () => NOW);
}

/** A told limit, of which only what matters has to be written down. */
export function told(
  dimension: ToldLimit["dimension"],
  limit: number,
  windowMs: number | null,
  rest: Partial<ToldLimit> = {},
): ToldLimit {
  return { dimension, limit, windowMs, remaining: null, resetMs: null, dormant: false, ...rest };
}

export const MINUTE = 60_000;
export const DAY = 86_400_000;
