import { gzipSync } from "node:zlib";
import type { HeaderMap } from "./dialect.ts";
import type { Exchange } from "./exchange.ts";
import type { FaultShape } from "./faults.ts";
import type { Later } from "./timers.ts";

/** What a fault may spoil: the complete answer as it would have been sent, and an error body in the same dialect. */
export interface Spoilable {
  exchange: Exchange;
  headers: HeaderMap;
  body: Buffer;
  /** The events of a stream, without the closing [DONE]; null for other answers. */
  events: readonly string[] | null;
  errorBody: string;
  later: Later;
  /** The delay the rule gives, or null. */
  delayMs: number | null;
}

/** Long enough for the first half of a body to reach the client before the reset overtakes it. */
const FLUSH_MS = 20;

const SLOW_PIECES = 20;
const SLOW_TOTAL_MS = 20_000;

const HUGE_HEADERS = 64;
const HUGE_HEADER_BYTES = 1024;

/** Where a redirect points; nobody should follow it with a key. */
const REDIRECT_PATH = "/v1/simulator/elsewhere";

const HTML = "text/html; charset=utf-8";

type Act = (spoil: Spoilable) => number | null;

/** What each fault does to an answer; returns the status that was sent, null when no head was. */
const ACTS: Readonly<Record<FaultShape, Act>> = {
  "close-before": ({ exchange }) => {
    exchange.close();
    return null;
  },
  truncated: ({ exchange, headers, body }) => {
    exchange.sendDeclaring(200, headers, half(body), body.length);
    return 200;
  },
  "cut-chunked": (spoil) => {
    halfThen(spoil, () => spoil.exchange.close());
    return 200;
  },
  "not-json": ({ exchange, headers }) =>
    send(exchange, 200, headers, "The model says hello, but not in JSON."),
  "truncated-json": ({ exchange, headers, body }) => send(exchange, 200, headers, half(body)),
  "wrong-type": ({ exchange, headers, body }) =>
    send(exchange, 200, { ...headers, "content-type": "text/plain" }, body),
  html: ({ exchange, headers }) =>
    send(
      exchange,
      200,
      { ...headers, "content-type": HTML },
      page("Sign in", "Sign in to use this network."),
    ),
  "html-502": ({ exchange, headers }) =>
    send(exchange, 502, { ...headers, "content-type": HTML }, page("502 Bad Gateway", "Bad gateway")),
  empty: ({ exchange, headers }) => send(exchange, 200, headers, ""),
  "error-in-200": ({ exchange, headers, errorBody }) => send(exchange, 200, headers, errorBody),
  slow: (spoil) => {
    trickle(spoil);
    return 200;
  },
  hang: () => null,
  stall: (spoil) => {
    halfThen(spoil, () => {});
    return 200;
  },
  "wrong-length": ({ exchange, headers, body }) => {
    exchange.sendDeclaring(200, headers, body, half(body).length);
    return 200;
  },
  "duplicate-headers": ({ exchange, headers, body }) => {
    const twice = (name: string) => [String(headers[name] ?? ""), String(headers[name] ?? "")];
    const doubled = { "content-type": twice("content-type"), "x-request-id": twice("x-request-id") };
    return send(exchange, 200, { ...headers, ...doubled, "x-simulated-twice": ["one", "two"] }, body);
  },
  redirect: ({ exchange, headers }) => send(exchange, 301, { ...headers, location: REDIRECT_PATH }, ""),
  "huge-headers": ({ exchange, headers, body }) => {
    const huge: HeaderMap = { ...headers };
    for (let i = 0; i < HUGE_HEADERS; i++) huge[`x-huge-${i}`] = "h".repeat(HUGE_HEADER_BYTES);
    return send(exchange, 200, huge, body);
  },
  gzip: ({ exchange, headers, body }) =>
    send(exchange, 200, { ...headers, "content-encoding": "gzip" }, gzipSync(body)),
  "invalid-utf8": ({ exchange, headers, body }) => send(exchange, 200, headers, withBrokenText(body)),
  "stream-cut": ({ exchange, headers, events }) => {
    exchange.open(200, headers);
    exchange.write((events ?? []).slice(0, Math.ceil((events?.length ?? 0) / 2)).join(""));
    exchange.end();
    return 200;
  },
  "stream-error": ({ exchange, headers, events, errorBody }) => {
    exchange.open(200, headers);
    exchange.write((events ?? []).slice(0, 2).join(""));
    exchange.write(`data: ${errorBody}\n\n`);
    exchange.end();
    return 200;
  },
  goaway: ({ exchange }) => {
    exchange.goAway();
    return null;
  },
  "no-ping": ({ exchange }) => {
    exchange.fallSilent();
    return null;
  },
};

export function actOut(shape: FaultShape, spoil: Spoilable): number | null {
  return ACTS[shape](spoil);
}

/** Resets before the answer, or after half of its body. */
export function actReset(code: number, middle: boolean, spoil: Spoilable): number | null {
  if (!middle) {
    spoil.exchange.reset(code);
    return null;
  }
  halfThen(spoil, () => spoil.exchange.reset(code));
  return 200;
}

function send(exchange: Exchange, status: number, headers: HeaderMap, body: string | Buffer): number {
  exchange.send(status, headers, body);
  return status;
}

function halfThen({ exchange, headers, body, later }: Spoilable, end: () => void): void {
  exchange.open(200, headers);
  exchange.write(half(body));
  later(FLUSH_MS, () => {
    if (!exchange.gone()) end();
  });
}

function trickle({ exchange, headers, body, later, delayMs }: Spoilable): void {
  const pieceBytes = Math.max(1, Math.ceil(body.length / SLOW_PIECES));
  const pauseMs = (delayMs ?? SLOW_TOTAL_MS) / SLOW_PIECES;
  exchange.open(200, headers, body.length);
  const next = (offset: number) => {
    if (exchange.gone()) return;
    exchange.write(body.subarray(offset, offset + pieceBytes));
    if (offset + pieceBytes >= body.length) exchange.end();
    else later(pauseMs, () => next(offset + pieceBytes));
  };
  later(pauseMs, () => next(0));
}

function half(body: Buffer): Buffer {
  return body.subarray(0, body.length >> 1);
}

/** Puts two bytes that no UTF-8 holds where the echo of an answer begins, else at the middle. */
function withBrokenText(body: Buffer): Buffer {
  const broken = Buffer.from(body);
  const echo = broken.indexOf("Echo");
  broken.set([0xff, 0xfe], echo === -1 ? broken.length >> 1 : echo);
  return broken;
}

function page(title: string, text: string): string {
  return `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${text}</h1></body></html>\n`;
}
