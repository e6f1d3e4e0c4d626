import type { KeptAnswer } from "../model/answer-cache.ts";
import type { Ending } from "../model/ending.ts";
import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError, OutcomeStatus, SettledRow } from "../model/outcome.ts";
import type { Attempt } from "./attempt.ts";
import type { Job } from "./job.ts";

/** What became of a row for good. */
export interface Settlement {
  status: OutcomeStatus;
  /** Own timeouts are held: only `--retry-unknown` sends them again. */
  held: boolean;
}

/** Money booked as unknown by this ending: 0 = none, null = some, nobody knows how much. */
function moneyAtRisk(ending: Ending, worstCost: Ticks | null): Ticks | null {
  if (ending.kind === "ambiguous") return worstCost;
  if (ending.kind === "rejected" && ending.feePossible) return null;
  // Paid for, and nobody told how much.
  if (ending.kind === "answered" && ending.reply.cost === null) return worstCost ?? 0;
  return 0;
}

/** The answer or the error, as the ledger keeps it. */
export function outcomeRecord(
  settlement: Settlement,
  ending: Ending,
  facts: { origin: string; simulated: boolean },
): OutcomeRecord {
  const reply = ending.kind === "answered" ? ending.reply : null;
  return {
    status: settlement.status,
    held: settlement.held,
    requestId: ending.requestId,
    body: ending.body,
    error: errorOf(ending),
    finishReason: reply?.finishReason ?? null,
    usage: reply?.usage ?? null,
    cost: reply?.cost?.ticks ?? null,
    costSource: reply?.cost?.source ?? null,
    simulated: facts.simulated,
    origin: facts.origin,
    model: reply?.model ?? null,
  };
}

export function attemptRecord(
  { job, worstCost, firstTokenMs }: Pick<Attempt, "job" | "worstCost" | "firstTokenMs">,
  ending: Ending,
  facts: Pick<AttemptRecord, "counts" | "latencyMs" | "wallTime" | "isHedge" | "outcome">,
): AttemptRecord {
  return {
    index: job.index,
    ending: ending.kind,
    code: ending.code,
    httpStatus: ending.status,
    atRisk: moneyAtRisk(ending, worstCost),
    cost: ending.kind === "answered" ? (ending.reply.cost?.ticks ?? null) : null,
    counts: facts.counts,
    latencyMs: facts.latencyMs,
    firstTokenMs,
    wallTime: facts.wallTime,
    isHedge: facts.isHedge,
    outcome: facts.outcome,
  };
}

/** An answer that was kept, for a row that nothing was sent for: it costs nothing now. */
export function reusedRecord(
  job: Job,
  answer: KeptAnswer,
  facts: { origin: string; simulated: boolean },
): AttemptRecord & { outcome: OutcomeRecord } {
  const { httpStatus, requestId, body, finishReason, model, wallTime } = answer;
  const nothingUsed = { usage: null, cost: 0, costSource: null };
  return {
    index: job.index,
    ending: "answered",
    code: "cache",
    httpStatus,
    atRisk: 0,
    cost: 0,
    counts: false,
    latencyMs: 0,
    firstTokenMs: null,
    wallTime,
    isHedge: false,
    outcome: {
      ...{ status: "answered", held: false, requestId, body, error: null, finishReason, model },
      ...nothingUsed,
      ...facts,
    },
  };
}

/** Takes an intent back: nothing was written. */
export function withdrawal(job: Job, wallTime: number, isHedge: boolean): AttemptRecord {
  return {
    index: job.index,
    ending: "withdrawn",
    code: "withdrawn",
    httpStatus: null,
    atRisk: 0,
    cost: null,
    counts: false,
    latencyMs: 0,
    firstTokenMs: null,
    wallTime,
    isHedge,
    outcome: null,
  };
}

export function settledRow(job: Job, record: AttemptRecord, outcome: OutcomeRecord): SettledRow {
  return {
    index: job.index,
    line: job.line,
    customId: job.customId,
    status: outcome.status,
    httpStatus: record.httpStatus,
    requestId: outcome.requestId,
    body: outcome.body,
    error: outcome.error,
    finishReason: outcome.finishReason,
    usage: outcome.usage,
    cost: outcome.cost,
    costSource: outcome.costSource,
    attempts: job.attempts,
    offset: job.offset,
    length: job.length,
  };
}

/** A row that is settled without ever being sent. */
export function unsentRow(
  { index, line, customId, offset, length }: Pick<Job, "index" | "line" | "customId" | "offset" | "length">,
  error: OutcomeError,
): SettledRow {
  return {
    index,
    line,
    customId,
    status: "unsent",
    httpStatus: null,
    requestId: null,
    body: null,
    error,
    finishReason: null,
    usage: null,
    cost: null,
    costSource: null,
    attempts: 0,
    offset,
    length,
  };
}

function errorOf(ending: Ending): OutcomeError | null {
  return ending.kind === "answered" ? null : { code: ending.code, message: ending.message };
}
