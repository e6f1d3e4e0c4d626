import type { Dispatcher } from "undici";
import type { Exchange, ExchangeListener, ResponseHead } from "../model/transport.ts";
import { describeWireError } from "./broken-wire.ts";
import { ConnectFailure } from "./connect-failure.ts";
import type { Http1Slot } from "./http1-slot.ts";
import { type ExchangeSurroundings, LiveExchange } from "./live-exchange.ts";

/** Handed to undici when we give an exchange up; the exchange has ended by then. */
const GIVEN_UP = new Error("given up");

/** What the HTTP/1.1 transport wants to know of its exchanges. */
export interface Http1Host {
  readonly address: string;
  readonly surroundings: ExchangeSurroundings;
  /** The slot can carry the next exchange. */
  slotFree(slot: Http1Slot): void;
  /** The slot's connection is gone or cannot be trusted. */
  slotLost(slot: Http1Slot, failure: ConnectFailure | null): void;
  /** The connection died while idle, before the request was written: another one takes it. */
  runElsewhere(exchange: Http1Exchange): void;
  exchangeEnded(exchange: Http1Exchange): void;
}

/** One exchange on one HTTP/1.1 connection: undici's handler and our ending in one object. */
export class Http1Exchange extends LiveExchange implements Dispatcher.DispatchHandler {
  readonly #host: Http1Host;
  #slot: Http1Slot | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #moved = false;

  constructor(exchange: Exchange, listener: ExchangeListener, host: Http1Host) {
    super(exchange, listener, host.surroundings);
    this.#host = host;
  }

  /** undici writes at once on a live connection, else when the slot's new connection is there. */
  runOn(slot: Http1Slot): void {
    this.#slot = slot;
    slot.dispatch(this.exchange, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.ended) controller.abort(GIVEN_UP);
  }

  onRequestSent(): void {
    this.markWritten();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHead["headers"],
  ): void {
    if (status >= 200) this.takeHead({ status, headers });
    else this.takeInformational(this.#host.address);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.takeData(chunk);
  }

  onResponseEnd(): void {
    const slot = this.#takeSlot();
    this.#controller = null;
    const reset = slot?.socketError ?? null;
    if (slot !== null) this.#host.slotFree(slot);
    if (reset === null || !this.#endsByClosing()) {
      this.complete();
      return;
    }
    const { code, message } = describeWireError(reset, this.#host.address);
    this.fail(code, message);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const slot = this.#takeSlot();
    this.#controller = null;
    const failure = error instanceof ConnectFailure ? error : null;
    if (slot !== null) this.#host.slotLost(slot, failure);
    if (this.ended) return;
    if (failure !== null) {
      this.failUnprocessed(failure.code, failure.message);
      return;
    }
    if (!this.written && !this.#moved) {
      this.#moved = true;
      this.#host.runElsewhere(this);
      return;
    }
    const { code, message } = describeWireError(error, this.#host.address);
    this.fail(code, message);
  }

  protected override pauseWire(): void {
    this.#controller?.pause();
  }

  /** Later, because undici's parsers must not be resumed from inside one another. */
  protected override resumeWire(): void {
    queueMicrotask(() => this.#controller?.resume());
  }

  protected override cutWire(): void {
    this.#controller?.abort(GIVEN_UP);
  }

  protected override forget(): void {
    this.#host.exchangeEnded(this);
  }

  /** A body without length or chunks lasts until the connection closes; undici takes a reset for its end, too. */
  #endsByClosing(): boolean {
    const headers = this.head?.headers;
    return headers?.["content-length"] === undefined && headers?.["transfer-encoding"] === undefined;
  }

  #takeSlot(): Http1Slot | null {
    const slot = this.#slot;
    this.#slot = null;
    return slot;
  }
}
