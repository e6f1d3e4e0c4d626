import type { Ticks } from "./money.ts";
import type { CostSource, Usage } from "./usage.ts";

/** How a row stands at the end. A 429 is *throttled* and no outcome at all. */
export type OutcomeStatus = "answered" | "rejected" | "failed" | "unknown" | "unsent";

/** Why a row was not answered, in words for OUTPUT's `error`. */
export interface OutcomeError {
  code: string;
  message: string;
}

/** A row's outcome as the ledger keeps it and the sinks receive it. */
export interface SettledRow {
  /** 0-based place among the rows of this plan (blank lines included). */
  index: number;
  /** 1-based line of INPUT. */
  line: number;
  customId: string | null;
  /** "blank" is a blank input line: no row, but `text` output keeps its place. */
  status: OutcomeStatus | "blank";
  httpStatus: number | null;
  requestId: string | null;
  /** The provider's body as received; null when there was none. */
  body: Uint8Array | null;
  error: OutcomeError | null;
  finishReason: string | null;
  usage: Usage | null;
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
