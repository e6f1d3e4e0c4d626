import type { Ending } from "../model/ending.ts";

/** Full jitter: U(0, min(cap, base × 2ⁿ)) before the attempt that follows n + 1 failed ones. */
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** While the provider cannot be reached: doubling per failure in a row. */
const UNREACHED_BASE_MS = 250;
const UNREACHED_CAP_MS = 10_000;
/** 2 to this power is beyond every cap; a larger exponent would only become Infinity. */
const LARGEST_EXPONENT = 20;

/** What becomes of a row after an attempt. */
export type Decision =
  /** For good. `held`: a plain rerun does not send it again, only `--retry-unknown`. */
  | { action: "settle"; status: "answered" | "rejected" | "failed" | "unknown"; held: boolean }
  /** Again after `delayMs`; `counts` tells whether this attempt counts, `first` that it overtakes new rows. */
  | { action: "again"; delayMs: number; counts: boolean; first: boolean }
  /** No row of this account ("run") or of this model ("lane") can be answered; this one stays to be done. */
  | { action: "stop"; scope: "run" | "lane" };

/** What an ending means for its row (contract, section 6). The gate and the outage decide when, not this. */
export function decide({
  ending,
  attempts,
  maxAttempts,
  unprocessed,
  random,
}: {
  ending: Ending;
  /** Attempts of this row that counted before this one. */
  attempts: number;
  maxAttempts: number;
  /** Sends in a row before this one that never reached the provider. */
  unprocessed: number;
  /** From 0 up to 1. */
  random: () => number;
}): Decision {
  switch (ending.kind) {
    case "answered":
    case "rejected":
      return { action: "settle", status: ending.kind, held: false };
    case "account":
      return {
        action: "stop",
        scope: ending.reason === "model" || ending.reason === "access" ? "lane" : "run",
      };
    case "throttled":
      return { action: "again", delayMs: 0, counts: false, first: true };
    case "unprocessed":
      return { action: "again", delayMs: unreachedDelay(unprocessed, random), counts: false, first: false };
    case "transient":
      return againOr("failed", attempts, maxAttempts, random);
    case "ambiguous":
      if (ending.ownTimeout) return { action: "settle", status: "unknown", held: true };
      return againOr("unknown", attempts, maxAttempts, random);
  }
}

function againOr(
  status: "failed" | "unknown",
  attempts: number,
  maxAttempts: number,
  random: () => number,
): Decision {
  if (attempts + 1 >= maxAttempts) return { action: "settle", status, held: false };
  return {
    action: "again",
    delayMs: random() * doubled(BACKOFF_BASE_MS, attempts, BACKOFF_CAP_MS),
    counts: true,
    first: false,
  };
}

/** At least half of the delay: rows that never cost an attempt must not knock without a pause. */
function unreachedDelay(before: number, random: () => number): number {
  return doubled(UNREACHED_BASE_MS, before, UNREACHED_CAP_MS) * (0.5 + 0.5 * random());
}

function doubled(baseMs: number, times: number, capMs: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(times, LARGEST_EXPONENT));
}
