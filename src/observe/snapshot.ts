import type { LedgerTotals } from "../model/ledger.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import type { Binding } from "../model/limits.ts";
import type { Ticks } from "../model/money.ts";
import type { Usage } from "../model/usage.ts";
import type { TimedRow } from "./slowest-rows.ts";
import type { Tail } from "./tail.ts";

/** Outcomes, tokens and money (in ticks of 1e-10 USD), of one run or of all runs together. */
export interface Tally {
  answered: number;
  rejected: number;
  failed: number;
  unknown: number;
  unsent: number;
  usage: Usage;
  /** Money known to be spent. */
  cost: Ticks;
  /** Answers whose cost nobody told. */
  unknownCost: number;
  /** Money that may be billed on top. */
  atRisk: Ticks;
  /** Attempts at risk whose worth is unknown. */
  unpricedAtRisk: number;
}

/** What the ledger held when the run began; `LedgerTotals` fits. */
export type Before = Pick<LedgerTotals, keyof Tally>;

/** Why a lane waits, and until when: ms since 1970 and from now on; both null when nobody knows. */
export interface LanePause {
  reason: string;
  untilWall: number | null;
  forMs: number | null;
  /** For long: a daily limit, most likely. */
  parked: boolean;
}

/** A lane as screens show it. */
export interface LaneView extends LaneSnapshot {
  /** Requests of this run. */
  sent: number;
  paused: LanePause | null;
}

/** Answers of the cache: how many, how old the oldest is, and what was saved by them. */
export interface KeptAnswers {
  answers: number;
  /** 0 for none. */
  oldestMs: number;
  saved: Ticks;
  /** Of these, answers whose cost nobody told. */
  unpriced: number;
}

/** Second copies of stragglers: how many were sent and how many answered first, and the money of those that lost. */
export interface Hedges {
  sent: number;
  won: number;
  /** Of second answers to rows that were answered already. */
  cost: Ticks;
  /** Second answers whose cost nobody told. */
  unknownCost: number;
  /** Of attempts that were given up since the other was answered. */
  atRisk: Ticks;
  unpricedAtRisk: number;
}

/** Latencies of answered attempts, in ms; within 5 % (they are counted in buckets). */
export interface LatencyView {
  p50: number;
  p95: number;
  max: number;
}

/** How a run stands at one moment: the one thing that every screen shows. Money is in ticks of 1e-10 USD. */
export interface Snapshot {
  phase: "starting" | "running" | "paused" | "stopping" | "finished";
  /** Rows of the plan. */
  rows: number;
  /** Rows this run set out to send. */
  todo: number;
  /** Rows settled, in this run or before. */
  done: number;
  /** Of this run. */
  run: Tally;
  /** Of all runs of the plan together, this one included. */
  inAll: Tally;
  /** Rows of this run that took the outcome of a row with the same request. */
  copies: number;
  /** Rows of this run that took an answer of the cache. */
  kept: KeptAnswers;
  hedges: Hedges;
  /** Answers of this run that were cut at their token limit, filtered for content, or held nothing. */
  cut: number;
  filtered: number;
  empty: number;
  /** Unsent rows with nothing to send, whatever the run: bad rows. Absent = none are known. */
  invalid?: number;
  /** Unknown rows that only `--retry-unknown` sends again, of all runs. */
  held: number;
  /** Requests that were sent and have not ended, those of other runs that share the lanes included. */
  inFlight: number;
  /** Rows settled per second, over the last 10 s. */
  rate: number;
  /** Input and output, over the last 10 s. */
  tokensPerSecond: number;
  /** Exchanges that ended, throttled ones among them. */
  attempts: number;
  /** Of these, the ones that a limit or an overload turned away. */
  throttled: number;
  /** Attempts by the code of their ending ("http-500", "timeout"), the answered ones under "answered". */
  endings: Readonly<Record<string, number>>;
  /** Attempts whose row goes again. */
  retries: number;
  /** The same by the code of their ending. */
  retriesByEnding: Readonly<Record<string, number>>;
  latency: LatencyView | null;
  /** Time to first token, of answers that streamed. */
  firstToken: LatencyView | null;
  /** The three slowest rows of this run, by their last attempt; the slowest first. */
  slowest: readonly TimedRow[];
  /** What is left when there is nothing to do but to wait; null before. */
  tail: Tail | null;
  /** Milliseconds until the last row, at the present rate and never faster than the limits; null until known. */
  etaMs: number | null;
  /** What bound the run in the last second or so, and for what share of it; null when nothing is known. */
  bound: { by: Binding; share: number } | null;
  lanes: readonly LaneView[];
  /** The lane that opens first, where nothing else goes on meanwhile. */
  paused: (LanePause & { lane: string }) | null;
  /** True while the run's owner lets nothing start (`sluice tune --pause`). */
  halted: boolean;
  /** `reason` is a `StopReason`. */
  stopping: { reason: string; message: string } | null;
  /** Milliseconds since the run started. */
  wallMs: number;
}
