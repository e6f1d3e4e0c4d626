import type { KeptAnswer } from "../model/answer-cache.ts";
import type { Ambiguous, Ending, Unprocessed } from "../model/ending.ts";
import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import type { Feedback } from "../model/limiter.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError, OutcomeStatus, SettledRow } from "../model/outcome.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Attempt, Overdue } from "./attempt.ts";
import type { Job } from "./job.ts";

/** Our own limits of time, which say that the provider is slow; other words say other things. */
const OVERDUE_CODES: ReadonlySet<string> = new Set<Overdue["code"]>(["timeout", "silence"]);

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
export function outrunEnding(): Ambiguous {
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

/** What the limiter learns from an ending. */
export function feedbackOf(ending: Ending, latencyMs: number): Feedback {
  const usage = ending.kind === "answered" ? ending.reply.usage : null;
  const throttled = ending.kind === "throttled" ? ending : null;
  return {
    kind: feedbackKind(ending),
    latencyMs,
    inputTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    retryAfterMs: throttled?.retryAfterMs ?? null,
    reason: throttled?.reason ?? null,
    named: throttled?.named ?? null,
  };
}

function feedbackKind(ending: Ending): Feedback["kind"] {
  if (ending.kind === "answered") return "answered";
  if (ending.kind === "unprocessed") return "not-sent";
  if (OVERDUE_CODES.has(ending.code)) return "timed-out";
  if (ending.kind !== "throttled") return "failed";
  return ending.reason === "overloaded" ? "overloaded" : "throttled";
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
