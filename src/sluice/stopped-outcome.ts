import type { Tried } from "../engine/run-parts.ts";
import type { Outcome } from "../model/answer.ts";

/** The outcome of a request that has none because the run stopped; `tried` is null where nothing of it was sent. */
export function stoppedOutcome<Row>(
  index: number,
  request: Row,
  reason: string,
  tried: Tried | null = null,
): Outcome<Row> {
  const mayBeBilled = tried?.mayBeBilled ?? false;
  return {
    status: mayBeBilled ? "unknown" : "unsent",
    index,
    customId: null,
    text: null,
    texts: [],
    body: undefined,
    usage: null,
    cost: null,
    attempts: tried?.attempts ?? 0,
    httpStatus: null,
    requestId: null,
    finishReason: null,
    request,
    error: mayBeBilled
      ? { code: "given-up", message: `${reason}; it was sent and may still be billed` }
      : { code: "stopped", message: reason },
  };
}
