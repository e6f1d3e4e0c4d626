import type {
  Exchange,
  ExchangeHandle,
  ExchangeListener,
  ResponseHead,
  WireEnd,
} from "../model/transport.ts";
import type { BodyBudget, BodyReader } from "./body-budget.ts";
import { tell } from "./capacity-signal.ts";
import { type BodyDecoder, contentCodings, type Decoded } from "./decode-body.ts";
import { GatheredBody } from "./gathered-body.ts";
import { HandedBody } from "./handed-body.ts";
import { parseContentLength } from "./response-body.ts";

/** Beyond this they are a flood. */
const MOST_INFORMATIONAL = 100;

/** What every exchange of a transport shares. */
export interface ExchangeSurroundings {
  budget: BodyBudget;
  decoder: BodyDecoder;
  /** The bound for exchanges that set none. */
  maxBodyBytes: number;
}

/**
 * One exchange under way, whatever the protocol: collects head and body, or hands the body over as it comes, and
 * tells the listener once how it ended.
 *
 *   waiting ─► written ─► head ─► body ─► (decoding) ─► ended
 *      └───────────┴────────┴───────┴──────────┴─► ended by fail() or abort()
 */
export abstract class LiveExchange implements ExchangeHandle, BodyReader {
  readonly exchange: Exchange;
  readonly #listener: ExchangeListener;
  readonly #surroundings: ExchangeSurroundings;
  readonly #limitBytes: number;
  #head: ResponseHead | null = null;
  #expectedBytes = -1;
  readonly #body = new GatheredBody();
  /** The body goes to whoever asked for it instead of into `#body`. */
  #handed: HandedBody | null = null;
  #receivedBytes = 0;
  #informational = 0;
  #written = false;
  /** We do not read what may be there. */
  #heldUp = false;
  #ended = false;
  /** The response is whole, though its decoding may still run: nothing on the wire matters any more. */
  #complete = false;
  /** An ending is told in the next microtask: while `start()` runs, and after `abort()`. */
  #tellLater = true;
  heldBytes = 0;
  promisedBytes = 0;
  favoured = false;

  constructor(exchange: Exchange, listener: ExchangeListener, surroundings: ExchangeSurroundings) {
    this.exchange = exchange;
    this.#listener = listener;
    this.#surroundings = surroundings;
    this.#limitBytes = exchange.maxBodyBytes ?? surroundings.maxBodyBytes;
  }

  /** Stops the exchange on the wire: the connection or the stream is given up. */
  protected abstract cutWire(): void;
  /** The exchange ended: whoever lists it forgets it. Called before the listener. */
  protected abstract forget(): void;
  protected abstract pauseWire(): void;
  protected abstract resumeWire(): void;

  get ended(): boolean {
    return this.#ended;
  }

  get written(): boolean {
    return this.#written;
  }

  get head(): ResponseHead | null {
    return this.#head;
  }

  started(): void {
    this.#tellLater = false;
  }

  remainingBytes(): number {
    const whole = this.#expectedBytes >= 0 ? this.#expectedBytes : this.#limitBytes;
    return Math.max(0, whole - this.#receivedBytes);
  }

  abort(): void {
    if (this.#ended) return;
    this.#tellLater = true;
    this.#giveUp({ kind: "aborted", written: this.#written, head: this.#head });
  }

  markWritten(): void {
    if (this.#written || this.#ended) return;
    this.#written = true;
    tell(() => this.#listener.onWritten?.());
  }

  /** A 1xx: of no use to anybody, and no server has a reason to send many. */
  takeInformational(address: string): void {
    this.#informational += 1;
    if (this.#ended || this.#informational <= MOST_INFORMATIONAL) return;
    const message = `${address} sent more than ${MOST_INFORMATIONAL} informational responses`;
    this.#giveUp({ kind: "broken", code: "bad-response", message, head: null, body: null });
  }

  takeHead(head: ResponseHead): void {
    if (this.#ended || this.#head !== null) return;
    this.#head = head;
    this.#expectedBytes = parseContentLength(this.exchange.method, head);
    if (this.exchange.handOver !== undefined) this.#handed = this.#handOver(head);
    if (this.#handed === null && this.#expectedBytes > this.#limitBytes) {
      this.#refuseLength(head);
      return;
    }
    tell(() => this.#listener.onHead?.(head));
  }

  takeData(chunk: Uint8Array): void {
    if (this.#ended || this.#head === null) return;
    this.#receivedBytes += chunk.byteLength;
    tell(() => this.#listener.onProgress?.());
    if (this.#handed !== null) {
      this.#handed.take(chunk);
      return;
    }
    if (this.#receivedBytes > this.#limitBytes) {
      this.#refuseLength(this.#head);
      return;
    }
    this.#body.add(chunk);
    this.#surroundings.budget.take(this, chunk.byteLength);
    // Only few are favoured at a time: room for every announced body at once would be more than there is.
    if (this.favoured && this.#expectedBytes > 0) this.#body.makeRoom(this.#expectedBytes);
  }

  isHeldUp(): boolean {
    return this.#heldUp || this.#complete;
  }

  pauseReading(): void {
    this.#heldUp = true;
    this.pauseWire();
  }

  resumeReading(): void {
    this.#heldUp = false;
    this.resumeWire();
    tell(() => this.#listener.onProgress?.());
  }

  /** The protocol's own end of the response was seen. */
  complete(): void {
    const head = this.#head;
    if (this.#ended || this.#complete) return;
    if (head === null) {
      this.fail("no-head", "the response ended before its head");
      return;
    }
    if (this.#expectedBytes >= 0 && this.#receivedBytes !== this.#expectedBytes) {
      const message = `the response holds ${this.#receivedBytes} bytes where its content-length says ${this.#expectedBytes}`;
      this.fail("content-length", message);
      return;
    }
    this.#complete = true;
    if (this.#handed !== null) {
      this.#handed.complete(() => this.#end({ kind: "response", head, body: new Uint8Array(0) }));
      return;
    }
    const body = this.#body.take();
    const codings = contentCodings(head.headers["content-encoding"]);
    if (codings.length === 0 || body.byteLength === 0) {
      this.#end({ kind: "response", head, body });
      return;
    }
    const decoding = this.#surroundings.decoder.decode(codings, body, this.#limitBytes);
    void decoding.then((decoded) => this.#takeDecoded(head, body, decoded));
  }

  /** The exchange came to nothing: broken once it was written, unprocessed before. */
  fail(code: string, message: string): void {
    if (this.#ended || this.#complete) return;
    if (!this.#written) {
      this.failUnprocessed(code, message);
      return;
    }
    const body = this.#receivedBytes === 0 || this.#handed !== null ? null : this.#body.take();
    this.#end({ kind: "broken", code, message, head: this.#head, body });
  }

  /** The peer vouches that the request was not processed, or it never left. */
  failUnprocessed(code: string, message: string): void {
    if (this.#complete) return;
    this.#end({ kind: "unprocessed", code, message });
  }

  #end(end: WireEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#leave(end);
  }

  /** We end it: what the cut wire then reports is no news. */
  #giveUp(end: WireEnd): void {
    this.#ended = true;
    this.cutWire();
    this.#leave(end);
  }

  #leave(end: WireEnd): void {
    this.#body.drop();
    this.#surroundings.budget.release(this);
    this.forget();
    if (this.#tellLater) queueMicrotask(() => this.#tellEnd(end));
    else this.#tellEnd(end);
  }

  #tellEnd(end: WireEnd): void {
    this.#handed?.end(end);
    tell(() => this.#listener.onEnd(end));
  }

  #handOver(head: ResponseHead): HandedBody | null {
    const body = new HandedBody({
      pause: () => this.pauseReading(),
      resume: () => this.resumeReading(),
      fail: (message) => {
        if (!this.#ended) this.#giveUp({ kind: "broken", code: "bad-encoding", message, head, body: null });
      },
    });
    return body.offer(this.exchange, head) ? body : null;
  }

  #refuseLength(head: ResponseHead): void {
    this.#giveUp({ kind: "too-large", head, limitBytes: this.#limitBytes });
  }

  #takeDecoded(head: ResponseHead, encoded: Uint8Array, decoded: Decoded): void {
    if (decoded.kind === "decoded") this.#end({ kind: "response", head, body: decoded.body });
    else if (decoded.kind === "too-large")
      this.#end({ kind: "too-large", head, limitBytes: this.#limitBytes });
    else this.#end({ kind: "broken", code: "bad-encoding", message: decoded.message, head, body: encoded });
  }
}
