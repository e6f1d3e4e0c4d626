import type { Outcome } from "../model/answer.ts";

/** The outcome of a request that was never answered because the run stopped. */
export function unsentOutcome<Row>(index: number, request: Row, reason: string): Outcome<Row> {
  return {
    status: "unsent",
    index,
    customId: null,
    text: null,
    texts: [],
    body: undefined,
    usage: null,
    cost: null,
    attempts: 0,
    httpStatus: null,
    finishReason: null,
    request,
    error: { code: "stopped", message: reason },
  };
}
