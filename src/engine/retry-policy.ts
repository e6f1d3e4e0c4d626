import type { Ending } from "../model/ending.ts";
import type { Failure, Job } from "./job.ts";
import type { Passing } from "./passing.ts";

/** Full jitter: U(0, min(cap, base × 2ⁿ)) before the attempt that follows n + 1 failed ones. */
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** Beyond the retry budget: a batch waits, it sheds nothing. */
const OVERDRAWN_MS = 5000;
/** While the provider cannot be reached: doubling per failure in a row. */
const UNREACHED_BASE_MS = 250;
const UNREACHED_CAP_MS = 10_000;
/** 2 to this power is beyond every cap; a larger exponent would only become Infinity. */
const LARGEST_EXPONENT = 20;

/** What becomes of a row after an attempt. */
export type Decision =
  /**
   * For good. `held`: a plain rerun does not send it again, only `--retry-unknown`. `by`: the ending that decided, where
   * it was that of the row's other attempt.
   */
  | { action: "settle"; status: "answered" | "rejected" | "failed" | "unknown"; held: boolean; by?: Ending }
  /** Again after `delayMs`; `counts` tells whether this attempt counts. */
  | { action: "again"; delayMs: number; counts: boolean }
  /** No row of this account ("run") or of this model ("lane") can be answered; this one stays to be done. */
  | { action: "stop"; scope: "run" | "lane" }
  /** Its other attempt decides, or has decided (`race.ts`); this one is only booked. */
  | { action: "book"; isSecondAnswer: boolean };

export interface Circumstances {
  ending: Ending;
  /** Attempts before this one that counted, sends in a row before it that reached nobody, and whether others pass. */
  job: Pick<Job, "attempts" | "unprocessed" | "isSetAside">;
  maxAttempts: number;
  /** Charges the run's retry budget; false where it is empty. */
  takeRetry: () => boolean;
  /** From 0 up to 1. */
  random: () => number;
}

/** What an ending means for its row (docs/errors.md). The gate and the breakers decide when, not this. */
export function decide(circumstances: Circumstances): Decision {
  const { ending, job, random } = circumstances;
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
      return { action: "again", delayMs: 0, counts: false };
    case "unprocessed":
      return { action: "again", delayMs: unreachedDelay(job.unprocessed, random), counts: false };
    case "transient":
      return againOr("failed", circumstances);
    case "ambiguous":
      if (ending.ownTimeout) return { action: "settle", status: "unknown", held: true };
      return againOr("unknown", circumstances);
  }
}

/**
 * The same failure twice, while others that were sent in between passed, up to the second: it is the row. Where they
 * pass no more by then, it met one outage and then the next.
 */
export function failsAlone(
  before: Failure | null,
  { code, startedAt }: { code: string; startedAt: number },
  passing: Pick<Passing, "since" | "lately">,
): boolean {
  return before?.code === code && passing.since(before.at) && passing.lately(startedAt);
}

function againOr(
  status: "failed" | "unknown",
  { job, maxAttempts, takeRetry, random }: Circumstances,
): Decision {
  if (job.attempts + 1 >= maxAttempts) return { action: "settle", status, held: false };
  const backoffMs = random() * doubled(BACKOFF_BASE_MS, job.attempts, BACKOFF_CAP_MS);
  // A row that is set aside is in nobody's way, and takes from nobody's budget.
  const overdrawnMs = job.isSetAside || takeRetry() ? 0 : OVERDRAWN_MS * (1 + random());
  return { action: "again", delayMs: Math.max(backoffMs, overdrawnMs), counts: true };
}

/** At least half of the delay: rows that never cost an attempt must not knock without a pause. */
function unreachedDelay(before: number, random: () => number): number {
  return doubled(UNREACHED_BASE_MS, before, UNREACHED_CAP_MS) * (0.5 + 0.5 * random());
}

function doubled(baseMs: number, times: number, capMs: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(times, LARGEST_EXPONENT));
}
