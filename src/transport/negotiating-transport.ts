import type { Exchange, ExchangeHandle, ExchangeListener, Transport, WireEnd } from "../model/transport.ts";
import type { BodyBudget } from "./body-budget.ts";
import { type CapacitySignal, tell } from "./capacity-signal.ts";
import { ConnectFailure } from "./connect-failure.ts";
import { checkExchange } from "./exchange-headers.ts";
import type { OpenedSocket, SocketFactory } from "./open-socket.ts";
import { PacedOpener } from "./paced-opener.ts";

/** A transport that can begin with a connection somebody else opened. */
export interface AdoptingTransport extends Transport {
  adopt(opened: OpenedSocket): void;
}

/**
 * Lets the first TLS connection decide between the two protocols (ALPN), hands it to the transport chosen, and from
 * then on only passes calls on. Until then exchanges wait; one that fails is told why, and the next one tries again.
 */
export class NegotiatingTransport implements Transport {
  readonly #opener: PacedOpener;
  readonly #signal: CapacitySignal;
  readonly #choose: (alpn: string | null) => AdoptingTransport;
  readonly #waiting = new Set<WaitingExchange>();
  readonly keptBodies: BodyBudget;
  #chosen: AdoptingTransport | null = null;
  #probing = false;
  #closed = false;
  #wanted = 0;

  constructor(
    sockets: SocketFactory,
    signal: CapacitySignal,
    choose: (alpn: string | null) => AdoptingTransport,
    budget: BodyBudget,
  ) {
    this.keptBodies = budget;
    this.#opener = new PacedOpener(sockets, ["h2", "http/1.1"], 1);
    this.#signal = signal;
    this.#choose = choose;
  }

  capacity(): number {
    if (this.#chosen !== null) return this.#chosen.capacity();
    return this.#closed || this.#waiting.size > 0 ? 0 : 1;
  }

  warm(inFlight: number): void {
    if (this.#chosen !== null) {
      this.#chosen.warm(inFlight);
      return;
    }
    this.#wanted = inFlight;
    this.#probe();
  }

  onCapacity(listener: () => void): () => void {
    return this.#signal.subscribe(listener);
  }

  start(exchange: Exchange, listener: ExchangeListener): ExchangeHandle {
    if (this.#chosen !== null) return this.#chosen.start(exchange, listener);
    checkExchange(exchange);
    const waiting = new WaitingExchange(exchange, listener, this.#waiting);
    if (this.#closed) waiting.abort();
    else this.#probe();
    return waiting;
  }

  protocol(): string | null {
    return this.#chosen?.protocol() ?? null;
  }

  rest(): void {
    this.#wanted = 0;
    this.#chosen?.rest?.();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting) waiting.abort();
    this.#opener.close();
    await this.#chosen?.close();
  }

  #probe(): void {
    if (this.#probing || this.#closed) return;
    this.#probing = true;
    this.#opener.open((result) => {
      this.#probing = false;
      if (result instanceof ConnectFailure) this.#failed(result);
      else this.#decided(result);
    });
  }

  #failed(failure: ConnectFailure): void {
    for (const waiting of this.#waiting) waiting.fail(failure);
    this.#signal.raise();
  }

  #decided(opened: OpenedSocket): void {
    if (this.#closed) {
      opened.socket.destroy();
      return;
    }
    const chosen = this.#choose(opened.alpn);
    this.#chosen = chosen;
    chosen.adopt(opened);
    if (this.#wanted > 0) chosen.warm(this.#wanted);
    for (const waiting of this.#waiting) waiting.hand(chosen);
  }
}

/** An exchange that was started before the protocol was known. */
class WaitingExchange implements ExchangeHandle {
  readonly #exchange: Exchange;
  readonly #listener: ExchangeListener;
  readonly #among: Set<WaitingExchange>;
  #handle: ExchangeHandle | null = null;

  constructor(exchange: Exchange, listener: ExchangeListener, among: Set<WaitingExchange>) {
    this.#exchange = exchange;
    this.#listener = listener;
    this.#among = among;
    among.add(this);
  }

  abort(): void {
    if (this.#handle !== null) {
      this.#handle.abort();
      return;
    }
    if (!this.#among.delete(this)) return;
    queueMicrotask(() => this.#tellEnd({ kind: "aborted", written: false, head: null }));
  }

  isHeldUp(): boolean {
    return this.#handle?.isHeldUp?.() ?? false;
  }

  hand(transport: Transport): void {
    this.#among.delete(this);
    this.#handle = transport.start(this.#exchange, this.#listener);
  }

  fail(failure: ConnectFailure): void {
    if (!this.#among.delete(this)) return;
    this.#tellEnd({ kind: "unprocessed", code: failure.code, message: failure.message });
  }

  #tellEnd(end: WireEnd): void {
    tell(() => this.#listener.onEnd(end));
  }
}
