import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import type { NamedLimit } from "../model/ending.ts";
import { countOf } from "./figures.ts";

const WINDOW_MS = new Map([
  ["sec", SECOND_MS],
  ["second", SECOND_MS],
  ["min", MINUTE_MS],
  ["minute", MINUTE_MS],
  ["hour", HOUR_MS],
  ["day", DAY_MS],
]);

/**
 * Reads the limit that the text of a 429 names. A pattern has the group `limit`, one of `period` ("minute") and
 * `seconds` ("60"), and perhaps `dimension`, without which it counts requests. A limit of 0 means no access.
 */
export function limitReader(...patterns: readonly RegExp[]): (words: string) => NamedLimit | null {
  return (words) => {
    for (const pattern of patterns) {
      const groups = pattern.exec(words)?.groups;
      const limit = groups === undefined ? null : namedLimit(groups);
      if (limit !== null) return limit;
    }
    return null;
  };
}

function namedLimit(groups: Readonly<Record<string, string | undefined>>): NamedLimit | null {
  const limit = countOf(groups.limit?.replaceAll(",", ""));
  const windowMs =
    WINDOW_MS.get(groups.period?.toLowerCase() ?? "") ?? (countOf(groups.seconds) ?? 0) * SECOND_MS;
  if (limit === null || windowMs === 0) return null;
  return {
    dimension: groups.dimension?.toLowerCase() === "tokens" ? "tokens" : "requests",
    limit,
    windowMs,
  };
}
