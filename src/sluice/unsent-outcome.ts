import type { Outcome } from "../model/answer.ts";

/** The outcome of a request that was not sent because the run stopped. */
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
    requestId: null,
    finishReason: null,
    request,
    error: { code: "stopped", message: reason },
  };
}

/** The outcome of a request that was under way when the run gave it up. */
export function unknownOutcome<Row>(index: number, request: Row, reason: string): Outcome<Row> {
  const message = `${reason}; it was under way and may still be billed`;
  return {
    ...unsentOutcome(index, request, reason),
    status: "unknown",
    error: { code: "given-up", message },
  };
}
