import type { Clock } from "../model/clock.ts";
import type {
  BodyTaker,
  Exchange,
  ExchangeHandle,
  ExchangeListener,
  ResponseHead,
  Transport,
  WireEnd,
} from "../model/transport.ts";
import { ChatAssembly } from "./chat-assembly.ts";
import { EventStream } from "./event-stream.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./options.ts";

const ASKS = Buffer.from('{"stream":true,"stream_options":{"include_usage":true},');
const OPENING = "{".charCodeAt(0);
/** A server ends its response with the last event, or a packet later; one that does not is left. */
const LINGER_MS = 1000;
/** How a body of events begins, whatever its head calls it: with a field, or a comment. No JSON does. */
const EVENTS = /^\uFEFF?\s*(?:data|event|id|retry)?:/;
const BEGINNING_BYTES = 64;

/** Asks for chat completions as a stream, and hands on whole bodies: nobody behind it knows of streams. */
export function streaming(transport: Transport, clock: Pick<Clock, "after">): Transport {
  const { keptBodies } = transport;
  return {
    capacity: () => transport.capacity(),
    warm: (inFlight) => transport.warm(inFlight),
    onCapacity: (listener) => transport.onCapacity(listener),
    rest: () => transport.rest?.(),
    ...(keptBodies === undefined ? {} : { keptBodies }),
    protocol: () => transport.protocol(),
    close: () => transport.close(),
    start(exchange, listener) {
      const streamed = new StreamedExchange(exchange, listener, clock);
      streamed.handle = transport.start(streamed.exchange, streamed);
      return streamed.handle;
    },
  };
}

class StreamedExchange implements ExchangeListener, BodyTaker {
  readonly exchange: Exchange;
  readonly #listener: ExchangeListener;
  readonly #limitBytes: number;
  readonly #assembly = new ChatAssembly();
  readonly #events = new EventStream((data) => this.#assembly.take(data));
  /** Set once the answer comes as a stream; a server may send it whole, and errors are. */
  #head: ResponseHead | null = null;
  #receivedBytes = 0;
  #hasBegun = false;
  readonly #clock: Pick<Clock, "after">;
  /** Set once the end was told though the wire goes on: stops it from being cut. */
  #endsByItself: (() => void) | null = null;
  handle: ExchangeHandle | null = null;

  constructor(exchange: Exchange, listener: ExchangeListener, clock: Pick<Clock, "after">) {
    this.#listener = listener;
    this.#clock = clock;
    this.#limitBytes = exchange.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    this.exchange = {
      ...exchange,
      body: exchange.body === null ? null : askingForStream(exchange.body),
      handOver: (head) => this.#handOver(head),
    };
  }

  onWritten(): void {
    this.#listener.onWritten?.();
  }

  onHead(head: ResponseHead): void {
    this.#listener.onHead?.(head);
  }

  onProgress(): void {
    this.#listener.onProgress?.();
  }

  onEnd(end: WireEnd): void {
    if (this.#endsByItself !== null) this.#endsByItself();
    else this.#listener.onEnd(this.#head === null ? this.#asEvents(end) : this.#judge(end, this.#head));
  }

  take(chunk: Uint8Array): void {
    if (this.#assembly.state !== "open") return;
    this.#receivedBytes += chunk.byteLength;
    if (this.#receivedBytes > this.#limitBytes) {
      this.handle?.abort();
      return;
    }
    this.#read(() => this.#events.take(chunk));
    if (!this.#hasBegun && this.#assembly.hasBegun) {
      this.#hasBegun = true;
      this.#listener.onFirstToken?.();
    }
    if (this.#head !== null && this.#assembly.state !== "open") this.#endNow(this.#head);
  }

  end(): void {}

  #handOver(head: ResponseHead): BodyTaker | null {
    const isStream = String(head.headers["content-type"] ?? "").startsWith("text/event-stream");
    if (!isStream || head.status >= 300) return null;
    this.#head = head;
    return this;
  }

  /** Nothing more is to come: nobody waits for a server that keeps the connection. */
  #endNow(head: ResponseHead): void {
    this.#endsByItself = this.#clock.after(LINGER_MS, () => this.handle?.abort());
    this.#listener.onEnd(this.#judge(null, head));
  }

  /** Events under another content type, read once they are all here. */
  #asEvents(end: WireEnd): WireEnd {
    if (end.kind !== "response" && end.kind !== "broken") return end;
    const { body, head } = end;
    if (body === null || head === null || head.status >= 300) return end;
    if (!EVENTS.test(Buffer.from(body.subarray(0, BEGINNING_BYTES)).toString())) return end;
    this.#read(() => this.#events.take(body));
    return this.#judge(end, head);
  }

  /** Bytes that are no UTF-8 are no chunk either. */
  #read(events: () => void): void {
    try {
      events();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#assembly.state = "unreadable";
    }
  }

  /** What was told before the terminator decides; what becomes of the connection after it does not matter. */
  #judge(end: WireEnd | null, head: ResponseHead): WireEnd {
    const assembly = this.#assembly;
    if (this.#receivedBytes > this.#limitBytes) {
      return { kind: "too-large", head, limitBytes: this.#limitBytes };
    }
    const isInOrder = end?.kind === "response";
    if (isInOrder) this.#read(() => this.#events.finish());
    const isDone = assembly.state === "done" || (isInOrder && assembly.isWhole);
    if (isDone && !assembly.isEmpty) return { kind: "response", head, body: assembly.body(true) };
    if (assembly.state === "failed") return { kind: "response", head, body: assembly.body(false) };
    const body = assembly.isEmpty ? null : assembly.body(false);
    if (assembly.state === "unreadable") {
      const message = "the event stream holds an event that is no chunk of a chat completion";
      return { kind: "broken", code: "not-json", message, head, body };
    }
    if (end === null || end.kind === "response") {
      const what = assembly.state === "done" ? "held no choice before [DONE]" : "ended before [DONE]";
      return { kind: "broken", code: "cut", message: `the event stream ${what}`, head, body };
    }
    return end.kind === "broken" || end.kind === "aborted" ? { ...end, body } : end;
  }
}

/** The members go in front, into the bytes: the request as planned, and its hash, know nothing of them. */
function askingForStream(body: Uint8Array): Uint8Array {
  const rest = body.subarray(body.indexOf(OPENING) + 1);
  return Buffer.concat([ASKS, rest]);
}
