import { MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import type { Limit, LimitOptions } from "../model/limits.ts";

/** Each dimension by itself: the user's flag, else what is published, else none (docs/limits.md). */
export function limitsFor({
  flags,
  published,
}: {
  flags: LimitOptions;
  published: readonly Limit[];
}): readonly Limit[] {
  const given = [
    flagLimit("requests", flags.rps, SECOND_MS),
    flagLimit("requests", flags.rpm, MINUTE_MS),
    flagLimit("tokens", flags.tpm, MINUTE_MS),
  ].filter((limit) => limit !== null);
  const untouched = published.filter(
    (limit) => isUsable(limit) && !given.some((flag) => isSameDimension(flag, limit)),
  );
  return [...given, ...untouched];
}

/** True where two limits speak of the same thing: requests a second, requests a minute, tokens a minute. */
export function isSameDimension(one: Limit, other: Limit): boolean {
  return one.dimension === other.dimension && one.windowMs === other.windowMs;
}

function flagLimit(
  dimension: Limit["dimension"],
  perWindow: number | undefined,
  windowMs: number,
): Limit | null {
  const limit: Limit = { dimension, perWindow: perWindow ?? 0, windowMs, source: "flag" };
  return isUsable(limit) ? limit : null;
}

/** A limit of zero, −1 or infinity says nothing to pace by. */
function isUsable(limit: Limit): boolean {
  return Number.isFinite(limit.perWindow) && limit.perWindow > 0 && limit.windowMs > 0;
}
