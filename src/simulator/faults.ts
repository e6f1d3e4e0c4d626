import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import { HTTP2_ERROR_NAMES } from "../model/http2-errors.ts";
import type { FailureKind } from "./failure.ts";

/**
 * What a fault does:
 * failure  an error response of that kind, in the dialect's words
 * limit    a 429 that names a limit, whether or not it was reached
 * shape    the answer is spoilt on its way (see fault-acts.ts)
 * reset    the stream (HTTP/2: RST_STREAM with that code; HTTP/1.1: the socket) is reset, before or in the middle of
 *          the answer
 */
export type FaultEffect =
  | { kind: "failure"; failure: FailureKind }
  | { kind: "limit"; dimension: "requests" | "tokens"; windowMs: number; waitMs: number }
  | { kind: "shape"; shape: FaultShape }
  | { kind: "reset"; code: number; middle: boolean };

export type FaultShape =
  | "close-before"
  | "truncated"
  | "cut-chunked"
  | "not-json"
  | "truncated-json"
  | "wrong-type"
  | "html"
  | "html-502"
  | "empty"
  | "error-in-200"
  | "slow"
  | "hang"
  | "stall"
  | "wrong-length"
  | "duplicate-headers"
  | "redirect"
  | "huge-headers"
  | "gzip"
  | "invalid-utf8"
  | "stream-cut"
  | "stream-error"
  | "goaway"
  | "no-ping";

export interface Fault {
  name: string;
  /** What happened at the provider, in plain words. */
  meaning: string;
  /** What the client sees. */
  effect: FaultEffect;
  /** True when the provider did the work and charges for it. */
  billed: boolean;
  /** True when the fault shows only after the drawn latency, false when at once. */
  late: boolean;
  /** Applies to `stream: true` requests only; others are answered as usual. */
  streamOnly: boolean;
  /** Needs control of single HTTP/2 frames. */
  frames: boolean;
}

/** A daily limit that opens again in so long. */
const DAILY_WAIT_MS = 5 * HOUR_MS;

const REFUSED_STREAM = 7;
const ENHANCE_YOUR_CALM = 11;

const FREE = { billed: false, late: false, streamOnly: false, frames: false };
const LATE = { ...FREE, late: true };
const BILLED = { ...LATE, billed: true };

function failure(name: string, kind: FailureKind, meaning: string, rest = FREE): Fault {
  return { name, meaning, effect: { kind: "failure", failure: kind }, ...rest };
}

function limit(
  name: string,
  dimension: "requests" | "tokens",
  windowMs: number,
  waitMs: number,
  meaning: string,
): Fault {
  return { name, meaning, effect: { kind: "limit", dimension, windowMs, waitMs }, ...FREE };
}

function shape(name: FaultShape, meaning: string, rest = BILLED): Fault {
  return { name, meaning, effect: { kind: "shape", shape: name }, ...rest };
}

function reset(name: string, code: number, middle: boolean, meaning: string, billed: boolean): Fault {
  return { name, meaning, effect: { kind: "reset", code, middle }, ...LATE, billed, frames: middle };
}

function resetsOfCode(code: number): Fault[] {
  const name = HTTP2_ERROR_NAMES[code];
  const untouched = code === REFUSED_STREAM || code === ENHANCE_YOUR_CALM;
  return [
    reset(`rst-${code}`, code, false, `RST_STREAM ${name} instead of an answer`, !untouched),
    reset(`rst-${code}-mid`, code, true, `RST_STREAM ${name} after half of the answer's body`, true),
  ];
}

/** Every fault, one row each. */
export const FAULTS: readonly Fault[] = [
  failure("400", "bad-request", "the request is invalid"),
  failure("401", "no-key", "the key is missing"),
  failure("403", "forbidden", "the key or team is blocked"),
  failure("403-content", "content", "the content breaks the usage rules"),
  failure("404", "unknown-route", "there is nothing at this URL"),
  failure("404-model", "unknown-model", "there is no such model"),
  failure("408", "request-timeout", "the provider waited too long for the request"),
  failure("409", "conflict", "the request is in conflict with another"),
  failure("413", "too-large", "the request is too large"),
  failure("422", "unprocessable", "a field has an invalid format"),
  limit("429-second", "requests", SECOND_MS, 500, "too many requests in this second"),
  limit("429-minute", "requests", MINUTE_MS, 10 * SECOND_MS, "too many requests in this minute"),
  limit("429-tokens", "tokens", MINUTE_MS, 10 * SECOND_MS, "too many tokens in this minute"),
  limit("429-daily", "requests", DAY_MS, DAILY_WAIT_MS, "the requests of this day are used up"),
  failure("429-capacity", "capacity", "the model is at capacity"),
  failure("429-credits", "credits", "the credits are spent"),
  failure("429-zero", "no-access", "the account's limit for this model is zero"),
  failure("500", "server-error", "the provider failed; nothing is charged", LATE),
  failure("502", "bad-gateway", "a gateway lost the application", LATE),
  failure("503", "unavailable", "the provider is unavailable"),
  failure("504", "gateway-timeout", "a gateway gave up waiting; the work was done", BILLED),
  failure("529", "overloaded", "the provider is overloaded"),
  reset("reset-before", 2, false, "the connection is reset before the first byte of the answer", true),
  reset("reset-mid", 2, true, "the connection is reset after half of the answer's body", true),
  shape("close-before", "the connection is closed in order, without an answer"),
  shape("truncated", "content-length promises more than the body holds, then the connection closes"),
  shape("cut-chunked", "a body of unknown length ends without its terminator", { ...BILLED, frames: true }),
  shape("not-json", "a 200 whose body is plain text"),
  shape("truncated-json", "a 200, complete on the wire, whose JSON stops half-way"),
  shape("wrong-type", "a whole answer that calls itself text/plain"),
  shape("html", "a 200 with a page of HTML, as a captive portal sends it", LATE),
  shape("html-502", "a 502 with a page of HTML, as an edge proxy sends it", LATE),
  shape("empty", "a 200 without a body"),
  shape("error-in-200", "a 200 whose body is an error", LATE),
  shape("slow", "the body trickles: twenty pieces, one second apart (or spread over the given delay)"),
  shape("hang", "nothing is ever sent"),
  shape("stall", "half of the answer's body, then nothing more, on a connection that stays"),
  shape("wrong-length", "content-length is smaller than the body"),
  shape("duplicate-headers", "some headers are sent twice"),
  shape("redirect", "a 301 to another path", FREE),
  shape("huge-headers", "the answer carries 64 KiB of headers"),
  shape("gzip", "the answer is compressed though nobody asked"),
  shape("invalid-utf8", "the answer's text holds bytes that are no UTF-8"),
  shape("stream-cut", "an event stream ends before [DONE]", { ...BILLED, streamOnly: true }),
  shape("stream-error", "an event stream holds an error after its first chunk", {
    ...BILLED,
    streamOnly: true,
  }),
  ...HTTP2_ERROR_NAMES.flatMap((_, code) => resetsOfCode(code)),
  shape("goaway", "GOAWAY that names this stream and later ones as unprocessed (HTTP/1.1: closed unread)", {
    ...FREE,
    frames: true,
  }),
  shape("no-ping", "the session falls silent: no answers, no PING replies (HTTP/1.1: hang)", {
    ...BILLED,
    frames: true,
  }),
];

const BY_NAME: ReadonlyMap<string, Fault> = new Map(FAULTS.map((fault) => [fault.name, fault]));

export function faultNamed(name: string): Fault | null {
  return BY_NAME.get(name) ?? null;
}
