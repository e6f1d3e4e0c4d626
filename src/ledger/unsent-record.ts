import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import type { OutcomeError } from "../model/outcome.ts";

/** The code of a row that the door found bad. */
export const INVALID_ROW = "invalid-row";
/** The code of a row whose given id another row of the plan has. */
export const DUPLICATE_ID = "duplicate-id";

/** Why a copy is left to do. */
export const LEADER_UNSETTLED: OutcomeError = {
  code: "copy-not-sent",
  message: "the row with the same request has no outcome; the next run asks again",
};

/** The attempt and the outcome of a row that was never sent. */
export function unsentRecord(
  index: number,
  error: OutcomeError,
): { record: AttemptRecord; outcome: OutcomeRecord } {
  const record: AttemptRecord = {
    index,
    ending: "withdrawn",
    code: error.code,
    httpStatus: null,
    atRisk: 0,
    cost: null,
    counts: false,
    latencyMs: 0,
    firstTokenMs: null,
    wallTime: 0,
    isHedge: false,
    outcome: null,
  };
  const outcome: OutcomeRecord = {
    status: "unsent",
    held: false,
    requestId: null,
    body: null,
    error,
    finishReason: null,
    usage: null,
    cost: null,
    costSource: null,
    simulated: false,
    origin: "",
    model: null,
  };
  return { record, outcome };
}
