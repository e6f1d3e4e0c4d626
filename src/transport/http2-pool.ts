import { ConnectFailure, connectTimeout, wrongProtocol } from "./connect-failure.ts";
import { type ConnectionWatcher, Http2Connection } from "./http2-connection.ts";
import { CONNECT_TIMEOUT_MS, type OpenedSocket, type SocketFactory } from "./open-socket.ts";
import type { TransportSettings } from "./options.ts";
import { PacedOpener } from "./paced-opener.ts";

/** Connections under way at once. */
const OPENING_AT_ONCE = 8;

/** How many streams a connection is thought to give before the first one told (RFC 9113 recommends at least 100). */
const USUAL_STREAMS = 100;

/** After a further connection failed, those there are must do for this long. */
const GROWTH_PAUSE_MS = 1_000;

/** Connections are asked for a sign of life this often while anything is in flight. */
const PING_EVERY_MS = 15_000;

/** An idle connection is closed after this long. */
const IDLE_CLOSE_MS = 60_000;

/** With nothing in flight nobody pings: after this long an idle connection may have been forgotten on the way. */
const DISTRUST_AFTER_MS = 30_000;

export interface PoolOwner {
  /** How many exchanges wait for a stream. */
  waiting(): number;
  roomGrew(): void;
  /** No connection stands and none could be opened. */
  unreachable(failure: ConnectFailure): void;
}

/** The HTTP/2 connections of one origin: how many there are, which has room, whether they live. */
export class Http2Pool implements ConnectionWatcher {
  readonly #settings: TransportSettings;
  readonly #address: string;
  readonly #opener: PacedOpener;
  readonly #owner: PoolOwner;
  readonly #greeting = new Map<Http2Connection, () => void>();
  readonly #ready = new Set<Http2Connection>();
  readonly #draining = new Set<Http2Connection>();
  readonly #withRoom: Http2Connection[] = [];
  #opening = 0;
  #room = 0;
  #streams = 0;
  #active = 0;
  #wanted = 0;
  #usualStreams = USUAL_STREAMS;
  #growsAgainAt = Number.NEGATIVE_INFINITY;
  #idleSince: number;
  #stopHeartbeat: (() => void) | null = null;
  #closed = false;
  everConnected = false;

  constructor(settings: TransportSettings, sockets: SocketFactory, owner: PoolOwner) {
    this.#settings = settings;
    this.#address = sockets.address;
    this.#owner = owner;
    this.#idleSince = settings.clock.now();
    const alpn = settings.protocol === "http2" ? ["h2"] : ["h2", "http/1.1"];
    this.#opener = new PacedOpener(sockets, alpn, OPENING_AT_ONCE);
  }

  /** Free streams. Without a connection one exchange may try its luck, or an outage would never be noticed. */
  get room(): number {
    return this.#ready.size === 0 ? 1 : this.#room;
  }

  warm(inFlight: number): void {
    this.#wanted = Math.max(0, inFlight);
    this.grow();
  }

  /** A connection with a free stream, charged with one; null when there is none. */
  take(): Http2Connection | null {
    if (this.#active === 0) this.#dropDistrusted();
    for (let top = this.#withRoom.at(-1); top !== undefined; top = this.#withRoom.at(-1)) {
      if (top.room > 0) return this.#charge(top);
      this.#withRoom.pop();
      top.listed = false;
    }
    return null;
  }

  release(connection: Http2Connection): void {
    const before = connection.room;
    connection.streamEnded();
    this.#room += connection.room - before;
    this.#list(connection);
    if (--this.#active > 0) return;
    this.#idleSince = this.#settings.clock.now();
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = null;
  }

  /** Opens what demand asks for, a few at a time. */
  grow(): void {
    if (this.#closed) return;
    if (this.#ready.size > 0 && this.#settings.clock.now() < this.#growsAgainAt) return;
    const beyond = this.#room === 0 && this.#ready.size > 0 ? 1 : 0;
    const demand = Math.max(this.#wanted, this.#active + this.#owner.waiting() + beyond);
    let supply = this.#streams + this.#opening * this.#usualStreams;
    while (supply < demand && this.#opening < OPENING_AT_ONCE && this.#mayOpen()) {
      this.#opening++;
      supply += this.#usualStreams;
      this.#opener.open((result) => {
        if (result instanceof ConnectFailure) this.#failed(result);
        else this.#greet(result);
      });
    }
  }

  /** Nothing is wanted for long: without a heartbeat idle connections would stand until the server closes them. */
  rest(): void {
    this.#wanted = 0;
    for (const connection of [...this.#ready]) if (connection.active === 0) connection.retire();
  }

  adopt(opened: OpenedSocket): void {
    this.#opening++;
    this.#greet(opened);
  }

  close(): void {
    this.#closed = true;
    this.#stopHeartbeat?.();
    this.#opener.close();
    for (const connection of [...this.#greeting.keys(), ...this.#ready, ...this.#draining])
      connection.destroy(null);
  }

  limitChanged(connection: Http2Connection, before: number): void {
    const stopWaiting = this.#greeting.get(connection);
    if (stopWaiting !== undefined) {
      stopWaiting();
      this.#greeting.delete(connection);
      this.#ready.add(connection);
      this.#opening--;
      this.everConnected = true;
    }
    this.#room += connection.room - before;
    this.#usualStreams = Math.max(1, connection.limit);
    // A server that allows no stream for now would allow none on a second connection either.
    if (connection.limit === 0) this.#growsAgainAt = this.#settings.clock.now() + GROWTH_PAUSE_MS;
    this.#countStreams();
    this.#list(connection);
    this.#owner.roomGrew();
    this.grow();
  }

  retired(connection: Http2Connection): void {
    if (!this.#ready.delete(connection)) return;
    this.#room -= connection.room;
    this.#countStreams();
    this.#draining.add(connection);
    if (!this.#closed) queueMicrotask(() => this.grow());
  }

  closed(connection: Http2Connection): void {
    this.#draining.delete(connection);
    const stopWaiting = this.#greeting.get(connection);
    if (stopWaiting === undefined) return;
    stopWaiting();
    this.#greeting.delete(connection);
    this.#failed(connection.greetingFailure() ?? wrongProtocol(this.#address, "HTTP/2"));
  }

  #greet(opened: OpenedSocket): void {
    if (opened.alpn !== "h2" && this.#settings.origin.protocol === "https:") {
      opened.socket.destroy();
      this.#failed(wrongProtocol(this.#address, "HTTP/2"));
      return;
    }
    const { origin, clock } = this.#settings;
    const connection = new Http2Connection(origin, this.#address, opened.socket, clock, this);
    const stopWaiting = clock.after(CONNECT_TIMEOUT_MS, () => {
      this.#greeting.delete(connection);
      connection.destroy(null);
      this.#failed(connectTimeout(this.#address));
    });
    this.#greeting.set(connection, stopWaiting);
  }

  #failed(failure: ConnectFailure): void {
    this.#opening--;
    this.#wanted = 0;
    this.#growsAgainAt = this.#settings.clock.now() + GROWTH_PAUSE_MS;
    if (this.#ready.size === 0 && this.#opening === 0) this.#owner.unreachable(failure);
  }

  #charge(connection: Http2Connection): Http2Connection {
    this.#room--;
    if (this.#active++ === 0) this.#beatHeart();
    return connection;
  }

  #list(connection: Http2Connection): void {
    if (connection.listed || connection.room === 0 || !this.#ready.has(connection)) return;
    connection.listed = true;
    this.#withRoom.push(connection);
  }

  #countStreams(): void {
    this.#streams = 0;
    for (const connection of this.#ready) this.#streams += connection.limit;
  }

  #mayOpen(): boolean {
    return this.#ready.size + this.#draining.size + this.#opening < this.#settings.maxConnections;
  }

  #beatHeart(): void {
    this.#stopHeartbeat = this.#settings.clock.after(PING_EVERY_MS, () => {
      const idleBefore = this.#settings.clock.now() - IDLE_CLOSE_MS;
      for (const connection of [...this.#ready]) {
        if (connection.active === 0 && connection.idleSince <= idleBefore) connection.retire();
        else connection.ping();
      }
      this.#beatHeart();
    });
  }

  #dropDistrusted(): void {
    if (this.#settings.clock.now() - this.#idleSince < DISTRUST_AFTER_MS) return;
    for (const connection of [...this.#ready]) {
      if (this.#settings.clock.now() - connection.idleSince >= DISTRUST_AFTER_MS) connection.retire();
    }
  }
}
