import type { Answered, Ending } from "../model/ending.ts";
import type { Asked, Provider } from "../model/provider.ts";
import type { ResponseHead, WireEnd } from "../model/transport.ts";
import type { Usage } from "../model/usage.ts";

/** What the end of an exchange has to be read with. */
export interface CallState {
  /** The body went to the caller as it came. */
  isHandedOver: boolean;
  /** The usage told in it. */
  usage: Usage | null;
  /** False where no model was asked: whatever comes with a 2xx is right. */
  isQuestion: boolean;
}

/**
 * How an exchange ended for one call of `fetch`: by the provider's table, with two differences. What the caller holds
 * already is never asked for again; and what the table takes for trouble of the whole account is this call's alone,
 * for the next one may come with another key.
 */
export function endingOfCall(
  classify: Provider["classify"],
  end: WireEnd,
  asked: Asked,
  { isHandedOver, usage, isQuestion }: CallState,
): Ending {
  if (end.kind === "response" && isSuccess(end.head) && (isHandedOver || !isQuestion)) {
    return answered(end.head.status, end.body, usage);
  }
  const ending = classify(end, asked);
  if (isHandedOver) return { ...ending, kind: "ambiguous", ownTimeout: true };
  if (ending.kind !== "account" && ending.kind !== "rejected") return ending;
  return { feePossible: false, ...ending, kind: "rejected", unexplained: false };
}

/** The engine may send it again. */
export function goesAgain(ending: Ending): boolean {
  if (ending.kind === "ambiguous") return !ending.ownTimeout;
  return ending.kind === "throttled" || ending.kind === "transient" || ending.kind === "unprocessed";
}

export function isSuccess({ status }: ResponseHead): boolean {
  return status >= 200 && status < 300;
}

function answered(status: number, body: Uint8Array, usage: Usage | null): Answered {
  const reply = { model: null, finishReason: null, empty: false, usage, cost: null };
  return { kind: "answered", status, code: "answered", message: "", body, requestId: null, reply };
}
