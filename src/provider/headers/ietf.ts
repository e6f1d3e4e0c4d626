import { SECOND_MS } from "../../model/duration.ts";
import type { ToldLimit } from "../../model/limits.ts";
import type { ResponseHead } from "../../model/transport.ts";
import { plausible } from "../durations.ts";
import { countOf } from "../figures.ts";
import { type LimitHeaders, NONE_TOLD, toldBy, toldLimit } from "./told.ts";
import { plainMinute } from "./window.ts";

/** `"burst";q=100;w=60, "daily";q=1000;w=86400`: a name, and parameters up to the next comma. */
const ITEM = /"([^"\\]{1,128})"((?:;[^;,"]*(?:"[^"]*"[^;,"]*)?)*)/g;
const PARAMETER = /;\s*(q|qu|w|r|t)\s*=\s*"?([^;",\s]+)/g;
/** Both fields are short; what is longer is not read. */
const LONGEST = 2000;

/** Drafts before the eighth: three plain headers. */
const plain = toldBy({ names: "ratelimit-*", dimension: "requests", window: plainMinute });

/**
 * `RateLimit-Policy` and `RateLimit`, draft-ietf-httpapi-ratelimit-headers-10: policies say quota and window, `RateLimit`
 * what is left of each by its name. Quotas of bytes and of concurrent requests are none of ours.
 */
export const ietfHeaders: LimitHeaders = (head, wallNow) => {
  const policies = itemsOf(head, "ratelimit-policy");
  if (policies.size === 0) return plain(head, wallNow);
  const standings = itemsOf(head, "ratelimit");
  const told = [...policies].flatMap(([name, policy]) => limitOf(policy, standings.get(name)) ?? []);
  return told.length === 0 ? NONE_TOLD : told;
};

type Parameters = ReadonlyMap<string, string>;

function limitOf(policy: Parameters, standing: Parameters | undefined): ToldLimit | null {
  const unit = policy.get("qu") ?? "requests";
  if (unit !== "requests" && unit !== "tokens") return null;
  const seconds = countOf(policy.get("w")) ?? 0;
  const resetMs = plausible((countOf(standing?.get("t")) ?? Number.NaN) * SECOND_MS);
  const texts = { limit: policy.get("q"), remaining: standing?.get("r"), resetMs };
  return seconds === 0 ? toldLimit(unit, () => null, texts) : toldLimit(unit, seconds * SECOND_MS, texts);
}

function itemsOf(head: ResponseHead, header: string): ReadonlyMap<string, Parameters> {
  const value = head.headers[header];
  const text = Array.isArray(value) ? value.join(",") : value;
  if (text === undefined || text.length > LONGEST) return new Map();
  return new Map(
    [...text.matchAll(ITEM)].map(([, name, parameters]) => [
      name ?? "",
      new Map([...(parameters ?? "").matchAll(PARAMETER)].map(([, key, item]) => [key ?? "", item ?? ""])),
    ]),
  );
}
