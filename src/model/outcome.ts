import type { Ticks } from "./money.ts";
import type { CostSource, Usage } from "./usage.ts";

/**
 * How a row stands at the end. A 429 is *throttled* and no outcome at all.
 *
 * answered  the provider answered
 * rejected  the provider will not answer this row: invalid, too large, content refused
 * failed    the attempts are used up, and the last error was a passing one
 * unknown   sent, no complete answer; it may be billed
 * unsent    not sent: a bad row, a closed model, or the run stopped before
 */
export type OutcomeStatus = "answered" | "rejected" | "failed" | "unknown" | "unsent";

/** Why a row was not answered, in words for OUTPUT's `error`. */
export interface OutcomeError {
  /** A word for programs: "http-400", "timeout", "silence", "reset", "invalid-row", "stopped" … */
  code: string;
  /** One sentence, where there is an HTTP answer the provider's own. */
  message: string;
}

/** A row's outcome as the ledger keeps it and the sinks receive it. */
export interface SettledRow {
  /** 0-based place among the rows of this plan (blank lines included). */
  index: number;
  /** 1-based line of INPUT. */
  line: number;
  /** The row's own id; null where it has none. */
  customId: string | null;
  /** "blank" is a blank input line: no row, but `text` output keeps its place. */
  status: OutcomeStatus | "blank";
  /** The last attempt's; null when no response arrived. */
  httpStatus: number | null;
  /** The provider's `x-request-id`. */
  requestId: string | null;
  /** The provider's body as received; null when there was none. */
  body: Uint8Array | null;
  /** Null when it was answered. */
  error: OutcomeError | null;
  finishReason: string | null;
  usage: Usage | null;
  /** Null = unknown, never zero in its place. */
  cost: Ticks | null;
  costSource: CostSource | null;
  /** Attempts that count against `--max-attempts`. */
  attempts: number;
  /** Where the row's bytes lie in INPUT, for sinks that repeat its columns. */
  offset: number;
  length: number;
}

/** Which rows of a plan are read: default "settled". */
export type Readable = "settled" | "all";
