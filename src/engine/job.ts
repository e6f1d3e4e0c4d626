import type { CostBound } from "../model/budget.ts";
import type { Load } from "../model/limiter.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError } from "../model/outcome.ts";
import type { Request } from "../model/request.ts";

/** A failed attempt, to be held against the next one. */
export interface Failure {
  code: string;
  at: number;
}

/** Which row it is, and where its bytes lie. */
export interface RowPlace {
  index: number;
  line: number;
  customId: string | null;
  offset: number;
  length: number;
}

/** A row on its way: what the plan knows of it, the request it became, and what it has been through. */
export interface Job extends RowPlace {
  lane: string;
  request: Request;
  load: Load;
  /** Attempts of this run that count against the maximum. */
  attempts: number;
  /** Sends of this run that never reached the provider's application, in a row. */
  unprocessed: number;
  /** How and when its last attempt failed. */
  lastFailure: Failure | null;
  /** It fails while others pass: it lets them go first. */
  isSetAside: boolean;
  /** A second copy of it was sent in this run. */
  wasHedged: boolean;
  /** The most its next attempt can be expected to cost, as its intent says; null = no price. */
  worstCost: Ticks | null;
  /** The most it can cost; null without a budget, which alone asks. */
  bound: CostBound | null;
}

/** What the engine carries for a row that is to be sent. */
export function jobOf(row: RowPlace & { lane: string }, request: Request): Job {
  return {
    index: row.index,
    line: row.line,
    customId: row.customId,
    offset: row.offset,
    length: row.length,
    lane: row.lane,
    request,
    load: { bodyBytes: request.body.length, maxTokens: request.maxTokens, samples: request.samples },
    attempts: 0,
    unprocessed: 0,
    lastFailure: null,
    isSetAside: false,
    wasHedged: false,
    worstCost: null,
    bound: null,
  };
}

/** A row that turned out to have nothing to send after all. */
export interface Unsendable {
  row: RowPlace;
  error: OutcomeError;
}

export interface Taken {
  jobs: readonly Job[];
  unsendable: readonly Unsendable[];
}
