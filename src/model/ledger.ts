import type { EndingKind } from "./ending.ts";
import type { LaneExperience } from "./experience.ts";
import type { Ticks } from "./money.ts";
import type { OutcomeError, OutcomeStatus, Readable, SettledRow } from "./outcome.ts";
import type { PlanComparison, PlanRow, PlanSettings } from "./plan.ts";
import type { CostSource, Usage } from "./usage.ts";

/**
 * The ledger: what was planned, sent and answered, durably. Batched, asynchronous, in domain verbs; rows are
 * addressed by their index in the current plan. In a SQLite file, or in memory: one conformance suite for both.
 */

export interface LedgerInfo {
  /** What the last adopted plan was made of; null for a new ledger. */
  settings: PlanSettings | null;
  rows: number;
  /** True when every answer in it came from a simulator; "mixed" cannot be. null = no answers yet. */
  simulated: boolean | null;
  /** Where OUTPUT stands. */
  output: OutputPosition | null;
  totals: LedgerTotals;
  /** Attempts written as intents whose outcome never became durable: our process died. */
  unknown: { rows: number; atRisk: Ticks; unpriced: number };
}

export interface LedgerTotals {
  /** Rows by standing; `todo` = would be sent. Blank lines are counted apart. */
  todo: number;
  answered: number;
  rejected: number;
  failed: number;
  unknown: number;
  unsent: number;
  /** Of the unsent ones, those with nothing to send whatever the run: bad rows, ids given before. Absent = none. */
  invalid?: number;
  /** Answered rows of the plan that OUTPUT shows, or of the one before, that are not in this one. Absent = none. */
  left?: number;
  blank: number;
  /** Attempts ever made, by ending kind. */
  attempts: Partial<Record<EndingKind | "pending", number>>;
  usage: Usage;
  /** Money known to be spent, also for superseded and second answers. */
  cost: Ticks;
  /** Answers whose cost nobody told. */
  unknownCost: number;
  /** Money that may be billed: ambiguous attempts and intents without an outcome. */
  atRisk: Ticks;
  /** Attempts at risk whose worth is unknown. */
  unpricedAtRisk: number;
}

/** A view of OUTPUT: cut to `bytes` at the start of a run, or rebuilt. */
export interface OutputPosition {
  generation: number;
  /** The next row index to write. */
  nextIndex: number;
  bytes: number;
  /** CRC-32 of those bytes. */
  crc: number;
  /** The shape of its lines: the format, and what names its columns. */
  format: string;
  order: "input" | "completion";
}

/**
 * True where OUTPUT shows an earlier plan, whether its successor is being written beside it or is still to come: `bytes`
 * and `crc` describe it as it lies, and no row of it is current. Rows without bytes exist (blank lines), bytes without
 * rows do not: the pair cannot be mistaken.
 */
export function isOutdated(position: Pick<OutputPosition, "nextIndex" | "bytes"> | null): boolean {
  return position !== null && position.nextIndex === 0 && position.bytes > 0;
}

/** A row to be sent. */
export interface PulledRow {
  index: number;
  line: number;
  offset: number;
  length: number;
  requestHash: Uint8Array;
  customId: string | null;
  lane: string;
  /** Attempts that counted in this run so far. */
  attempts: number;
}

/** The decision to send, made durable before the first byte is written. */
export interface Intent {
  index: number;
  /** Worst known cost of this attempt, for the money at risk; null when unpriced. */
  atRisk: Ticks | null;
  wallTime: number;
}

/** What came of one intent. Without `outcome` the row stays to be done. */
export interface AttemptRecord {
  index: number;
  ending: EndingKind | "withdrawn";
  code: string;
  httpStatus: number | null;
  /** Money booked as unknown: null = at risk but unpriced, 0 = nothing at risk. */
  atRisk: Ticks | null;
  cost: Ticks | null;
  /** True when the attempt counts against `--max-attempts`. */
  counts: boolean;
  latencyMs: number;
  /** From the start to the first piece of a streamed answer; null where none came, or it did not stream. */
  firstTokenMs: number | null;
  wallTime: number;
  /** True for a second copy of a row under way: of the row's two intents it ends the later one. */
  isHedge: boolean;
  outcome: OutcomeRecord | null;
}

export interface OutcomeRecord {
  status: OutcomeStatus;
  /** Own timeouts are held; other `unknown` and every `failed` row is sent again by a plain rerun. */
  held: boolean;
  requestId: string | null;
  /** A body of 1 MiB or more that owns its memory is handed over: whoever settles must not touch it again. */
  body: Uint8Array | null;
  error: OutcomeError | null;
  finishReason: string | null;
  usage: Usage | null;
  cost: Ticks | null;
  costSource: CostSource | null;
  /** Answered by a simulator, by its own mark. */
  simulated: boolean;
  /** Provider and address that answered. */
  origin: string;
  model: string | null;
}

export interface BeginOptions {
  retryFailed: boolean;
  retryUnknown: boolean;
  /** Of rows with the same request one is sent, its leader; the others are its copies and take its outcome. */
  dedupe?: boolean;
}

/** What there is to do, once retries are opened again. */
export interface RunStart {
  todo: number;
  /** Rows to do per lane, in order of first appearance. */
  lanes: readonly { lane: string; rows: number }[];
  /** The smallest index that will be sent; OUTPUT lines from here on change. Infinity when nothing is to do. */
  firstTodo: number;
  /** With `dedupe`: rows that wait for their leader, and rows whose leader was settled already. */
  copies?: { waiting: number; settled: number };
}

/** A row that was settled by the outcome of its leader, or was left to do because that has none. */
export interface CopiedRow {
  index: number;
  status: OutcomeStatus;
}

export interface AppendedRow {
  index: number;
  /** The row was settled before: it is not sent, its outcome is read. */
  settled: boolean;
  /** A given id that was seen before in this run. */
  duplicate: boolean;
  /** It waits for its leader: it is not sent. */
  isCopy?: boolean;
}

/** All that the loop itself writes down. */
export type RunBook = Pick<Ledger, "intend" | "settle" | "skip">;

export interface Ledger {
  info(): Promise<LedgerInfo>;

  /** Stages rows for the next plan, in order; cleared by `adopt` or by the next `stage` after `unstage`. */
  stage(rows: readonly PlanRow[]): Promise<void>;
  unstage(): Promise<void>;
  compare(): Promise<PlanComparison>;
  /** Makes the staged plan the current one. `keep`: rows asked again keep their old answers instead. */
  adopt(settings: PlanSettings, changed: "ask-again" | "keep"): Promise<void>;
  /** For sources that arrive while the run goes on: enters rows at the end of the current plan. */
  append(rows: readonly PlanRow[]): Promise<readonly AppendedRow[]>;

  /** Opens a run: resolves what the last one left, opens rows for retry, tells what there is to do. */
  begin(options: BeginOptions): Promise<RunStart>;
  /** The next unsettled rows of a lane with an index above `after` (−1 for the start), in order. */
  pull(lane: string, after: number, count: number): Promise<readonly PulledRow[]>;
  /** Resolves when the intents are durable. */
  intend(intents: readonly Intent[]): Promise<void>;
  /** Resolves when the records are durable. Order is kept with `intend`. */
  settle(records: readonly AttemptRecord[]): Promise<void>;
  /** Settles rows without an attempt (invalid rows, lanes that were stopped); they are to do again next time. */
  skip(rows: readonly { index: number; error: OutcomeError }[]): Promise<void>;
  /** The next copies that were settled with their leaders; none once all were told. */
  takeCopies(): Promise<readonly CopiedRow[]>;
  /**
   * The run of settled rows that starts at `from`: stops at the first unsettled row, `count` rows or ~`maxBytes`. Of
   * "all" rows, the open ones are read as what they are so far: unsent or unknown.
   */
  read(from: number, count: number, maxBytes: number, which?: Readable): Promise<readonly SettledRow[]>;
  /** Rows settled after the given settle sequence, for completion order. */
  readSettled(
    afterSequence: number,
    count: number,
    maxBytes: number,
  ): Promise<{ rows: readonly SettledRow[]; sequence: number }>;
  /** Remembers how far OUTPUT is written; becomes durable with the next commit. */
  position(output: OutputPosition): Promise<void>;
  /** Forgets bodies below this index: they were delivered, and nobody will ask again (temporary ledgers). */
  prune(below: number): Promise<void>;
  totals(): Promise<LedgerTotals>;
  /** What the latest answers tell, by lane. */
  experience(): Promise<readonly LaneExperience[]>;
  close(): Promise<void>;
}
