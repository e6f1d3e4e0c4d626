import { setImmediate } from "node:timers/promises";
import type { Exchange, ExchangeHandle, ExchangeListener, Transport } from "../model/transport.ts";
import type { BodyBudget } from "./body-budget.ts";
import type { CapacitySignal } from "./capacity-signal.ts";
import type { ConnectFailure } from "./connect-failure.ts";
import { checkExchange } from "./exchange-headers.ts";
import type { Http2Connection } from "./http2-connection.ts";
import { Http2Exchange, type Http2Host } from "./http2-exchange.ts";
import { RequestFields } from "./http2-headers.ts";
import { Http2Pool } from "./http2-pool.ts";
import type { ExchangeSurroundings } from "./live-exchange.ts";
import type { OpenedSocket, SocketFactory } from "./open-socket.ts";
import type { TransportSettings } from "./options.ts";

/**
 * HTTP/2 over node:http2: many exchanges on few connections. Exchanges take a stream at once while there is one, else
 * they wait for a stream or a new connection; when no connection can be had, all that wait end as unprocessed.
 */
export class Http2Transport implements Transport, Http2Host {
  readonly address: string;
  readonly surroundings: ExchangeSurroundings;
  readonly keptBodies: BodyBudget;
  readonly #signal: CapacitySignal;
  readonly #fields: RequestFields;
  readonly #pool: Http2Pool;
  readonly #running = new Set<Http2Exchange>();
  readonly #waiting = new Set<Http2Exchange>();
  #closed = false;

  constructor(
    settings: TransportSettings,
    sockets: SocketFactory,
    signal: CapacitySignal,
    surroundings: ExchangeSurroundings,
  ) {
    this.address = sockets.address;
    this.surroundings = surroundings;
    this.keptBodies = surroundings.budget;
    this.#signal = signal;
    this.#fields = new RequestFields(settings.origin);
    this.#pool = new Http2Pool(settings, sockets, {
      waiting: () => this.#waiting.size,
      roomGrew: () => this.#roomGrew(),
      unreachable: (failure) => this.#unreachable(failure),
    });
  }

  capacity(): number {
    if (this.#closed) return 0;
    return Math.max(0, this.#pool.room - this.#waiting.size);
  }

  warm(inFlight: number): void {
    if (!this.#closed) this.#pool.warm(inFlight);
  }

  onCapacity(listener: () => void): () => void {
    return this.#signal.subscribe(listener);
  }

  /** Takes over a connection that is already there. */
  adopt(opened: OpenedSocket): void {
    if (this.#closed) opened.socket.destroy();
    else this.#pool.adopt(opened);
  }

  start(exchange: Exchange, listener: ExchangeListener): ExchangeHandle {
    checkExchange(exchange);
    const live = new Http2Exchange(exchange, listener, this);
    this.#running.add(live);
    if (this.#closed) live.abort();
    else if (this.#waiting.size > 0 || !this.#run(live)) this.#wait(live);
    live.started();
    return live;
  }

  protocol(): string | null {
    return this.#pool.everConnected ? "h2" : null;
  }

  rest(): void {
    this.#pool.rest();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#running) exchange.abort();
    await setImmediate();
    this.#pool.close();
    await setImmediate();
  }

  exchangeEnded(exchange: Http2Exchange): void {
    this.#running.delete(exchange);
    this.#waiting.delete(exchange);
  }

  streamClosed(connection: Http2Connection): void {
    this.#pool.release(connection);
    this.#roomGrew();
  }

  #wait(exchange: Http2Exchange): void {
    this.#waiting.add(exchange);
    this.#pool.grow();
  }

  #run(exchange: Http2Exchange): boolean {
    const connection = this.#pool.take();
    if (connection === null) return false;
    this.#waiting.delete(exchange);
    exchange.runOn(connection, this.#fields.of(exchange.exchange));
    return true;
  }

  #roomGrew(): void {
    if (this.#closed) return;
    for (const exchange of this.#waiting) if (!this.#run(exchange)) break;
    this.#signal.raise();
  }

  #unreachable(failure: ConnectFailure): void {
    for (const exchange of [...this.#waiting]) exchange.failUnprocessed(failure.code, failure.message);
    this.#signal.raise();
  }
}
