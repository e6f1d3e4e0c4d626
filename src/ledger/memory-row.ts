import type { AttemptRecord, Intent, OutcomeRecord } from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";
import type { PlanRow } from "../model/plan.ts";
import { FIRST_SETTLED, ROW, statusOf } from "./row-states.ts";
import { unsentRecord } from "./unsent-record.ts";

/** What a row was settled with; `sequence` is its place in the order of settling. */
export interface MemoryAnswer extends Pick<OutcomeRecord, AnswerFacts> {
  sequence: number;
  httpStatus: number | null;
  latencyMs: number;
}
type AnswerFacts = "requestId" | "body" | "error" | "finishReason" | "usage" | "cost" | "costSource";

/** A row of the plan and all that happened to it. */
export interface MemoryRow {
  index: number;
  plan: PlanRow;
  /** The request that a kept answer was given to; null where it is the row's own. */
  asked: Uint8Array | null;
  /** One of `ROW`. */
  state: number;
  answer: MemoryAnswer | null;
  attempts: number;
  cost: Ticks | null;
  /** Money at risk in ambiguous attempts, and how many of those are unpriced. */
  risk: Ticks;
  unpriced: number;
  /** Attempts whose ending is not known yet, the oldest first. */
  intents: Intent[];
}

export function newRow(index: number, plan: PlanRow): MemoryRow {
  const state = { request: ROW.todo, blank: ROW.blank, invalid: ROW.invalid }[plan.kind];
  const nothing = { asked: null, answer: null, attempts: 0, cost: null, risk: 0, unpriced: 0, intents: [] };
  return { index, plan, state, ...nothing };
}

/** A row of the next plan that was met before: what became of it is its own. */
export function carriedRow(index: number, plan: PlanRow, old: MemoryRow): MemoryRow {
  const { state, answer, attempts, cost, risk, unpriced } = old;
  const wasUnsent = state === ROW.unsent;
  const asked = old.asked ?? old.plan.requestHash;
  return {
    ...newRow(index, plan),
    asked: Buffer.compare(asked, plan.requestHash) === 0 ? null : asked,
    ...{ state: wasUnsent ? ROW.todo : state, answer: wasUnsent ? null : answer },
    ...{ attempts, cost, risk, unpriced },
  };
}

export function isOpen(row: MemoryRow): boolean {
  return row.state < FIRST_SETTLED;
}

export function answerOf(sequence: number, record: AttemptRecord, outcome: OutcomeRecord): MemoryAnswer {
  const { requestId, body, error, finishReason, usage, cost, costSource } = outcome;
  const { httpStatus, latencyMs } = record;
  return { sequence, httpStatus, latencyMs, requestId, body, error, finishReason, usage, cost, costSource };
}

/** The answer of a row that holds nothing to send. */
export function unsentAnswer(sequence: number, index: number, error: OutcomeError): MemoryAnswer {
  const { record, outcome } = unsentRecord(index, error);
  return answerOf(sequence, record, outcome);
}

/** The row as sinks receive it. */
export function settledRowOf({ index, plan, state, answer, attempts }: MemoryRow): SettledRow {
  const { line, customId, offset, length } = plan;
  return {
    ...{ index, line, customId, status: statusOf(state), offset, length, attempts },
    httpStatus: answer?.httpStatus ?? null,
    requestId: answer?.requestId ?? null,
    body: answer?.body ?? null,
    error: answer?.error ?? null,
    finishReason: answer?.finishReason ?? null,
    usage: answer?.usage ?? null,
    cost: answer?.cost ?? null,
    costSource: answer?.costSource ?? null,
  };
}
