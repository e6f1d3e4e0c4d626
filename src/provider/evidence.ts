import type { ToldLimit } from "../model/limits.ts";
import type { ResponseHead } from "../model/transport.ts";
import { type ErrorBody, readErrorBody } from "./error-body.ts";
import { oneLine } from "./safe-text.ts";
import { readWait } from "./wait-hint.ts";

/** What a response shows, read once. */
export interface Evidence {
  head: ResponseHead;
  body: Uint8Array;
  error: ErrorBody;
  requestId: string | null;
  /** The provider, for sentences. */
  title: string;
  /** How long it asks to wait, wherever it says so; null when it does not. */
  retryAfterMs: number | null;
}

const NO_ERROR: ErrorBody = readErrorBody(null);

/** Reads the head and, where it is no answer, the body of a response. */
export function evidenceOf(
  reader: { title: string; limitsTold(head: ResponseHead): readonly ToldLimit[]; wallNow(): number },
  head: ResponseHead,
  body: Uint8Array,
): Evidence {
  const isAnswer = head.status >= 200 && head.status < 300;
  const error = isAnswer ? NO_ERROR : readErrorBody(body);
  return {
    head,
    body,
    error,
    requestId: requestIdOf(head),
    title: reader.title,
    retryAfterMs: isAnswer ? null : readWait(head, reader.limitsTold(head), error.words, reader.wallNow),
  };
}

/** The facts of an ending without a response. */
export function wireFacts(code: string, message: string) {
  return { status: null, code, message: oneLine(message), body: null, requestId: null };
}

/** The facts of an ending with a head and no whole body. */
export function headFacts(head: ResponseHead) {
  return { status: head.status, requestId: requestIdOf(head) };
}

function requestIdOf(head: ResponseHead): string | null {
  const value = head.headers["x-request-id"];
  const id = Array.isArray(value) ? value[0] : value;
  return id === undefined || id === "" ? null : oneLine(id);
}
