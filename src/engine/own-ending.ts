import type { Ambiguous, Ending, Unprocessed } from "../model/ending.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Attempt, Overdue } from "./attempt.ts";

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

/** A limit of ours passed: the request may still be answered and billed. */
export function overdueEnding(end: WireEnd, { code, limitMs }: Overdue): Ambiguous {
  const seconds = limitMs / 1000;
  const what = code === "timeout" ? `no complete answer within ${seconds} s` : `not a byte for ${seconds} s`;
  return {
    kind: "ambiguous",
    ownTimeout: true,
    code,
    message: `${what}; it may still be billed`,
    status: "head" in end ? (end.head?.status ?? null) : null,
    body: "body" in end ? (end.body ?? null) : null,
    requestId: null,
  };
}

/** Our own timeout before the request could be written: nothing was sent. */
export function unsentEnding(timeoutMs: number): Unprocessed {
  return {
    kind: "unprocessed",
    code: "no-connection",
    message: `no connection was free within ${timeoutMs / 1000} s`,
    status: null,
    body: null,
    requestId: null,
  };
}

/** The row's other attempt was answered first: this one may still be answered and billed. */
function outrunEnding(): Ambiguous {
  return {
    kind: "ambiguous",
    ownTimeout: true,
    code: "outrun",
    message: "given up because the row's other attempt was answered first; it may still be billed",
    status: null,
    body: null,
    requestId: null,
  };
}

/** Given up by the caller of this one row: the request may still be answered and billed. */
export function givenUpEnding(): Ambiguous {
  return {
    kind: "ambiguous",
    ownTimeout: true,
    code: "given-up",
    message: "given up before its answer was complete; it may still be billed",
    status: null,
    body: null,
    requestId: null,
  };
}
