import { setImmediate } from "node:timers/promises";
import type { Exchange, ExchangeHandle, ExchangeListener, Transport } from "../model/transport.ts";
import type { BodyBudget } from "./body-budget.ts";
import type { CapacitySignal } from "./capacity-signal.ts";
import { ConnectFailure } from "./connect-failure.ts";
import { checkExchange } from "./exchange-headers.ts";
import { Http1Exchange, type Http1Host } from "./http1-exchange.ts";
import { Http1Slot } from "./http1-slot.ts";
import { IdleSlots } from "./idle-slots.ts";
import type { ExchangeSurroundings } from "./live-exchange.ts";
import type { OpenedSocket, SocketFactory, SocketListener } from "./open-socket.ts";
import type { TransportSettings } from "./options.ts";
import { PacedOpener } from "./paced-opener.ts";
import { SpareSockets } from "./spare-sockets.ts";

/** Connections under way at once; also how many exchanges may start ahead of their connection. */
const OPENING_AT_ONCE = 64;

/** After the system ran out of file descriptors we make do with what we hold for this long. */
const FILE_LIMIT_PAUSE_MS = 10_000;

/**
 * HTTP/1.1 over undici's client, one connection per exchange in flight. A free connection is taken if there is one,
 * else one is opened for the exchange; beyond `maxConnections` exchanges wait for a free one.
 */
export class Http1Transport implements Transport, Http1Host {
  readonly address: string;
  readonly surroundings: ExchangeSurroundings;
  readonly keptBodies: BodyBudget;
  readonly #settings: TransportSettings;
  readonly #signal: CapacitySignal;
  readonly #opener: PacedOpener;
  readonly #spare: SpareSockets;
  readonly #idle = new IdleSlots();
  readonly #running = new Set<Http1Exchange>();
  readonly #waiting = new Set<Http1Exchange>();
  #slots = 0;
  #warming = 0;
  #ceiling: number;
  #ceilingHoldsUntil = Number.NEGATIVE_INFINITY;
  #connected = false;
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
    this.#settings = settings;
    this.#signal = signal;
    this.#opener = new PacedOpener(sockets, ["http/1.1"], OPENING_AT_ONCE);
    this.#spare = new SpareSockets(settings.clock);
    this.#ceiling = settings.maxConnections;
  }

  capacity(): number {
    if (this.#closed || this.#waiting.size > 0) return 0;
    const ready = this.#idle.liveCount + this.#spare.count;
    const unopened = this.#ceilingNow() - this.#slots - this.#spare.count;
    return ready + Math.max(0, Math.min(this.#opener.room, unopened));
  }

  warm(inFlight: number): void {
    if (this.#closed) return;
    const wanted = Math.min(inFlight, this.#ceilingNow());
    let missing = wanted - this.#slots - this.#spare.count - this.#warming;
    for (; missing > 0; missing--) {
      this.#warming++;
      this.#opener.open((result) => {
        this.#warming--;
        if (result instanceof ConnectFailure) this.#noteFailure(result);
        else this.adopt(result);
      });
    }
  }

  onCapacity(listener: () => void): () => void {
    return this.#signal.subscribe(listener);
  }

  /** Takes over a connection that is already there. */
  adopt(opened: OpenedSocket): void {
    if (this.#closed) {
      opened.socket.destroy();
      return;
    }
    this.#connected = true;
    this.#spare.add(opened);
    this.#signal.raise();
  }

  start(exchange: Exchange, listener: ExchangeListener): ExchangeHandle {
    checkExchange(exchange);
    const live = new Http1Exchange(exchange, listener, this);
    this.#running.add(live);
    if (this.#closed) live.abort();
    else if (!this.#run(live)) this.#waiting.add(live);
    live.started();
    return live;
  }

  protocol(): string | null {
    return this.#connected ? "http/1.1" : null;
  }

  /** What was used closes by itself, seconds after its last exchange. */
  rest(): void {
    this.#spare.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#running) exchange.abort();
    this.#opener.close();
    this.#spare.close();
    this.#idle.close();
    await setImmediate();
  }

  slotFree(slot: Http1Slot): void {
    if (this.#closed || !slot.live) {
      this.slotLost(slot, null);
      return;
    }
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      next.runOn(slot);
      return;
    }
    this.#idle.add(slot);
    this.#signal.raise();
  }

  slotLost(slot: Http1Slot, failure: ConnectFailure | null): void {
    slot.destroySocket();
    this.#slots--;
    if (failure !== null) this.#noteFailure(failure);
    this.#serveWaiting();
    this.#signal.raise();
  }

  runElsewhere(exchange: Http1Exchange): void {
    if (this.#closed) exchange.abort();
    else if (!this.#run(exchange)) this.#waiting.add(exchange);
  }

  exchangeEnded(exchange: Http1Exchange): void {
    this.#running.delete(exchange);
    if (this.#waiting.size > 0) this.#waiting.delete(exchange);
  }

  #run(exchange: Http1Exchange): boolean {
    const slot = this.#idle.take() ?? this.#newSlot();
    if (slot === null) return false;
    exchange.runOn(slot);
    return true;
  }

  #newSlot(): Http1Slot | null {
    if (this.#slots >= this.#ceilingNow()) return null;
    this.#slots++;
    return new Http1Slot(this.#settings.origin, this.#connect, this.#idleClosed);
  }

  readonly #connect = (done: SocketListener): void => {
    const spare = this.#spare.take();
    if (spare !== null) {
      // undici misses a connection that is there before its own call returned.
      queueMicrotask(() => done(spare));
      return;
    }
    this.#opener.open((result) => {
      if (!(result instanceof ConnectFailure)) this.#connected = true;
      done(result);
    });
  };

  readonly #idleClosed = (slot: Http1Slot): void => {
    this.#idle.drop(slot);
    this.#slots--;
    this.#signal.raise();
  };

  #serveWaiting(): void {
    for (const exchange of this.#waiting) {
      if (this.#closed || this.#slots >= this.#ceilingNow()) return;
      this.#waiting.delete(exchange);
      this.#run(exchange);
    }
  }

  #noteFailure(failure: ConnectFailure): void {
    if (failure.code !== "out-of-file-descriptors") return;
    this.#ceiling = Math.max(1, this.#slots + this.#spare.count);
    this.#ceilingHoldsUntil = this.#settings.clock.now() + FILE_LIMIT_PAUSE_MS;
  }

  /** Concurrency falls to what the system gives, and is tried again later. */
  #ceilingNow(): number {
    if (this.#ceiling === this.#settings.maxConnections) return this.#ceiling;
    if (this.#settings.clock.now() >= this.#ceilingHoldsUntil) this.#ceiling = this.#settings.maxConnections;
    return this.#ceiling;
  }
}
