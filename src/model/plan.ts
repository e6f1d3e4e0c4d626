import type { DuplicateId } from "./duplicate-id.ts";
import type { Ticks } from "./money.ts";

/** A row as the door enters it into the plan. */
export interface PlanRow {
  line: number;
  offset: number;
  length: number;
  /** 16 bytes. Hash of the given `custom_id`, else of the request. With its occurrence it is the identity. */
  key: Uint8Array;
  /** True when `key` comes from a given id: a second occurrence is then a duplicate, not a sample. */
  keyGiven: boolean;
  /** 16 bytes: hash of the whole request (path and body). */
  requestHash: Uint8Array;
  /** 16 bytes: hash of the raw line, whatever model or prompt is applied to it. */
  sourceHash: Uint8Array;
  customId: string | null;
  lane: string;
  /** "request", or why there is nothing to send. */
  kind: "request" | "blank" | "invalid";
  /** For `invalid`: the sentence that says why. */
  problem: string | null;
}

/** What the staged plan would change, before it is adopted. */
export interface PlanComparison {
  rows: number;
  blank: number;
  invalid: number;
  /** Given ids that are not their row's own: the first 20, and how many in all. */
  duplicates: { total: number; first: readonly DuplicateId[] };
  /** Rows of the staged plan that the ledger has met before (by identity or by source line). 0 = another input. */
  inCommon: number;
  /** Rows the previous plan held; 0 for a new ledger. */
  previousRows: number;
  previousAnswered: number;
  /** Answered rows whose line is still here but whose request changed: model, prompt, parameter. */
  askedAgain: { rows: number; cost: Ticks; unknownCost: number };
  /** Answered rows whose line is no longer in the input. */
  leaving: number;
}

/** How the last run described itself; kept in the ledger to name what changed. */
export interface PlanSettings {
  /** Fingerprint of the source's content; an equal one skips the door. */
  sourceFingerprint: string;
  sourceName: string;
  /** Everything that shapes requests (model, prompt, system, parameters, endpoint, id), as canonical JSON. */
  requestSettings: string;
}
