import type { Ending } from "../model/ending.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Attempt } from "./attempt.ts";
import { givenUpEnding, outrunEnding, overdueEnding, unsentEnding } from "./records.ts";

export interface WhyAborted {
  /** Nobody waits for this row any more. */
  isGivenUp: boolean;
  /** The run gave up what is in flight. */
  isAborted: boolean;
  /** The row's other attempt brought its answer. */
  isOutrun: boolean;
}

/** Our own `abort()`, as the wire tells it. */
export type AbortedEnd = Extract<WireEnd, { kind: "aborted" }>;

/**
 * What became of an attempt that we gave up ourselves: an ending, or
 *
 * cut-off     it was written when the run was aborted: its intent stays without an outcome, exactly as after a kill
 * not-sent    nobody wants it any more, and it was never written
 */
export type OwnEnding = Ending | "cut-off" | "not-sent";

/** Null where it was not us who gave it up. */
export function ownEnding(attempt: Attempt, end: AbortedEnd, why: WhyAborted): OwnEnding | null {
  if (end.written || attempt.written) {
    if (attempt.overdue !== null) return overdueEnding(end, attempt.overdue);
    if (why.isOutrun) return outrunEnding();
    if (why.isGivenUp) return givenUpEnding();
    return why.isAborted ? "cut-off" : null;
  }
  if (why.isOutrun || why.isGivenUp || why.isAborted) return "not-sent";
  return attempt.overdue === null ? null : unsentEnding(attempt.overdue.limitMs);
}
