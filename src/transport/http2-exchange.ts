import { type ClientHttp2Stream, constants } from "node:http2";
import { Readable } from "node:stream";
import type { Exchange, ExchangeListener } from "../model/transport.ts";
import type { Http2Connection } from "./http2-connection.ts";
import { toResponseHead } from "./http2-headers.ts";
import { type ExchangeSurroundings, LiveExchange } from "./live-exchange.ts";
import { judgeClosedStream } from "./stream-ending.ts";

const { NGHTTP2_CANCEL } = constants;

/**
 * After an early answer the rest of a short request is sent to its end; a longer one is cancelled. Peers count
 * cancelled streams as abuse (CVE-2023-44487), so this stays rare.
 */
const QUIETLY_SENT_BYTES = 64 * 1024;

const EXCHANGE = Symbol("exchange");

/** A stream and the exchange it carries: one property instead of five closures per request. */
type CarryingStream = ClientHttp2Stream & { [EXCHANGE]?: Http2Exchange };

/** What the HTTP/2 transport wants to know of its exchanges. */
export interface Http2Host {
  readonly address: string;
  readonly surroundings: ExchangeSurroundings;
  exchangeEnded(exchange: Http2Exchange): void;
  /** Both sides of a stream are closed: only now the peer no longer counts it. */
  streamClosed(connection: Http2Connection): void;
}

/**
 * One exchange on one HTTP/2 stream. Complete means END_STREAM was seen: node:http2 also ends a stream's body when the
 * peer resets it with NO_ERROR, and only the order of `push(null)` and `closed` tells the two apart.
 */
export class Http2Exchange extends LiveExchange {
  readonly #host: Http2Host;
  #connection: Http2Connection | null = null;
  #stream: ClientHttp2Stream | null = null;
  #streamId = 0;
  #endStreamSeen = false;

  constructor(exchange: Exchange, listener: ExchangeListener, host: Http2Host) {
    super(exchange, listener, host.surroundings);
    this.#host = host;
  }

  runOn(connection: Http2Connection, fields: readonly string[]): void {
    const { body } = this.exchange;
    const stream: CarryingStream = connection.request(fields, body === null);
    this.#connection = connection;
    this.#stream = stream;
    this.#streamId = stream.id ?? 0;
    stream[EXCHANGE] = this;
    stream.push = pushAndNote;
    stream.on("headers", onInformational);
    stream.on("response", onResponse);
    stream.on("end", onEnd);
    stream.on("error", ignoreError);
    stream.on("close", onClose);
    if (this.#streamId === 0) {
      connection.retire();
      return;
    }
    if (body !== null) stream.end(body);
    this.markWritten();
  }

  protected override pauseWire(): void {
    this.#stream?.pause();
  }

  protected override resumeWire(): void {
    this.#stream?.resume();
  }

  informed(): void {
    this.takeInformational(this.#host.address);
  }

  noteEndStream(): void {
    this.#endStreamSeen = true;
  }

  bodyEnded(stream: ClientHttp2Stream): void {
    if (!this.#endStreamSeen) return;
    this.complete();
    const unsent = stream.writableFinished ? 0 : (this.exchange.body?.byteLength ?? 0);
    if (unsent > QUIETLY_SENT_BYTES) stream.close(NGHTTP2_CANCEL);
  }

  streamClosed(stream: ClientHttp2Stream): void {
    const connection = this.#connection;
    if (!this.ended) this.#endCut(stream, connection);
    if (connection !== null) this.#host.streamClosed(connection);
  }

  #endCut(stream: ClientHttp2Stream, connection: Http2Connection | null): void {
    const verdict = judgeClosedStream({
      address: this.#host.address,
      numbered: this.#streamId !== 0,
      disowned: connection?.disowned(this.#streamId) ?? false,
      headSeen: this.head !== null,
      resetCode: stream.rstCode ?? 0,
      connectionFault: connection?.fault() ?? null,
    });
    if (verdict.unprocessed) this.failUnprocessed(verdict.code, verdict.message);
    else this.fail(verdict.code, verdict.message);
  }

  protected override cutWire(): void {
    const stream = this.#stream;
    if (stream !== null && !stream.closed) stream.close(NGHTTP2_CANCEL);
  }

  protected override forget(): void {
    this.#host.exchangeEnded(this);
  }
}

function pushAndNote(this: CarryingStream, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null && !this.closed) this[EXCHANGE]?.noteEndStream();
  return Readable.prototype.push.call(this, chunk, encoding);
}

function onInformational(this: CarryingStream): void {
  this[EXCHANGE]?.informed();
}

/**
 * The body is read from here on: node:http2 tells the head in a later tick, and a body that it finds behind it while
 * it works off what came during a write over TLS would be read before.
 */
function onResponse(this: CarryingStream, _headers: unknown, _flags: number, rawFields: string[]): void {
  this[EXCHANGE]?.takeHead(toResponseHead(rawFields));
  this.on("data", onData);
}

function onData(this: CarryingStream, chunk: Uint8Array): void {
  this[EXCHANGE]?.takeData(chunk);
}

function onEnd(this: CarryingStream): void {
  this[EXCHANGE]?.bodyEnded(this);
}

function onClose(this: CarryingStream): void {
  this[EXCHANGE]?.streamClosed(this);
}

/** What the error says stands in `rstCode` and the connection's fault; "close" follows in every case. */
function ignoreError(): void {}
