import type { AttemptRecord, Intent, OutcomeRecord, PulledRow } from "../model/ledger.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";
import type { PlanRow } from "../model/plan.ts";
import type { CostSource, Usage } from "../model/usage.ts";
import type { Packer, Unpacker } from "./packing.ts";

/** How each record of the contract is written into a parcel and read out of it: one pair each, same order. */

export function packIntent(to: Packer, intent: Intent): void {
  to.number(intent.index);
  to.optional(intent.atRisk);
  to.number(intent.wallTime);
}

export function unpackIntent(from: Unpacker): Intent {
  return { index: from.number(), atRisk: from.optional(), wallTime: from.number() };
}

export function packAttempt(to: Packer, record: AttemptRecord): void {
  to.number(record.index);
  to.word(record.ending);
  to.word(record.code);
  to.optional(record.httpStatus);
  to.optional(record.atRisk);
  to.optional(record.cost);
  to.flag(record.counts);
  to.number(record.latencyMs);
  to.optional(record.firstTokenMs);
  to.number(record.wallTime);
  to.flag(record.isHedge);
  to.flag(record.outcome !== null);
  if (record.outcome !== null) packOutcome(to, record.outcome);
}

export function unpackAttempt(from: Unpacker): AttemptRecord {
  return {
    index: from.number(),
    ending: from.word() as AttemptRecord["ending"],
    code: from.word(),
    httpStatus: from.optional(),
    atRisk: from.optional(),
    cost: from.optional(),
    counts: from.flag(),
    latencyMs: from.number(),
    firstTokenMs: from.optional(),
    wallTime: from.number(),
    isHedge: from.flag(),
    outcome: from.flag() ? unpackOutcome(from) : null,
  };
}

function packOutcome(to: Packer, outcome: OutcomeRecord): void {
  to.word(outcome.status);
  to.flag(outcome.held);
  to.text(outcome.requestId);
  to.bytes(outcome.body);
  packError(to, outcome.error);
  to.word(outcome.finishReason);
  packUsage(to, outcome.usage);
  to.optional(outcome.cost);
  to.word(outcome.costSource);
  to.flag(outcome.simulated);
  to.word(outcome.origin);
  to.word(outcome.model);
}

function unpackOutcome(from: Unpacker): OutcomeRecord {
  return {
    status: from.word() as OutcomeRecord["status"],
    held: from.flag(),
    requestId: from.text(),
    body: from.bytes(),
    error: unpackError(from),
    finishReason: from.text(),
    usage: unpackUsage(from),
    cost: from.optional(),
    costSource: from.text() as CostSource | null,
    simulated: from.flag(),
    origin: from.word(),
    model: from.text(),
  };
}

/** A code is never null, so a missing one says that there is no error. */
export function packError(to: Packer, error: OutcomeError | null): void {
  to.word(error === null ? null : error.code);
  if (error !== null) to.word(error.message);
}

export function unpackError(from: Unpacker): OutcomeError | null {
  const code = from.text();
  return code === null ? null : { code, message: from.word() };
}

function packUsage(to: Packer, usage: Usage | null): void {
  to.optional(usage === null ? null : usage.inputTokens);
  if (usage === null) return;
  to.number(usage.cachedTokens);
  to.number(usage.outputTokens);
  to.number(usage.reasoningTokens);
  to.number(usage.totalTokens);
}

function unpackUsage(from: Unpacker): Usage | null {
  const inputTokens = from.optional();
  if (inputTokens === null) return null;
  return {
    inputTokens,
    cachedTokens: from.number(),
    outputTokens: from.number(),
    reasoningTokens: from.number(),
    totalTokens: from.number(),
  };
}

export function packPlanRow(to: Packer, row: PlanRow): void {
  to.number(row.line);
  to.number(row.offset);
  to.number(row.length);
  to.bytes(row.key);
  to.flag(row.keyGiven);
  to.bytes(row.requestHash);
  to.bytes(row.sourceHash);
  to.text(row.customId);
  to.word(row.lane);
  to.word(row.kind);
  to.text(row.problem);
}

export function unpackPlanRow(from: Unpacker): PlanRow {
  return {
    line: from.number(),
    offset: from.number(),
    length: from.number(),
    key: from.bytes() ?? NO_HASH,
    keyGiven: from.flag(),
    requestHash: from.bytes() ?? NO_HASH,
    sourceHash: from.bytes() ?? NO_HASH,
    customId: from.text(),
    lane: from.word(),
    kind: from.word() as PlanRow["kind"],
    problem: from.text(),
  };
}

export function packPulledRow(to: Packer, row: PulledRow): void {
  to.number(row.index);
  to.number(row.line);
  to.number(row.offset);
  to.number(row.length);
  to.bytes(row.requestHash);
  to.text(row.customId);
  to.word(row.lane);
  to.number(row.attempts);
}

export function unpackPulledRow(from: Unpacker): PulledRow {
  return {
    index: from.number(),
    line: from.number(),
    offset: from.number(),
    length: from.number(),
    requestHash: from.bytes() ?? NO_HASH,
    customId: from.text(),
    lane: from.word(),
    attempts: from.number(),
  };
}

export function packSettledRow(to: Packer, row: SettledRow): void {
  to.number(row.index);
  to.number(row.line);
  to.text(row.customId);
  to.word(row.status);
  to.optional(row.httpStatus);
  to.text(row.requestId);
  to.bytes(row.body);
  packError(to, row.error);
  to.word(row.finishReason);
  packUsage(to, row.usage);
  to.optional(row.cost);
  to.word(row.costSource);
  to.number(row.attempts);
  to.number(row.offset);
  to.number(row.length);
}

export function unpackSettledRow(from: Unpacker): SettledRow {
  return {
    index: from.number(),
    line: from.number(),
    customId: from.text(),
    status: from.word() as SettledRow["status"],
    httpStatus: from.optional(),
    requestId: from.text(),
    body: from.bytes(),
    error: unpackError(from),
    finishReason: from.text(),
    usage: unpackUsage(from),
    cost: from.optional(),
    costSource: from.text() as CostSource | null,
    attempts: from.number(),
    offset: from.number(),
    length: from.number(),
  };
}

const NO_HASH = new Uint8Array(16);
