import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { Socket } from "node:net";
import { type Clock, hasStalled } from "../model/clock.ts";
import { describeWireError, nameErrorCode, type WireFault } from "./broken-wire.ts";
import { ConnectFailure } from "./connect-failure.ts";
import { MAX_HEAD_BYTES } from "./options.ts";

/** Per stream: enough for an answer of 1 MB in a few round trips, little enough for a thousand paused ones. */
const STREAM_WINDOW_BYTES = 128 * 1024;

/** Per connection: 16 MiB per round trip. */
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;

/** node:http2 counts request bodies waiting to be sent; its default of 10 MB would refuse answers that were paid. */
const SESSION_MEMORY_MB = 4096;

/** Used where the peer sets no bound: one lost connection should not take everything with it. */
const MOST_STREAMS = 1_000;

/** How long a PING may stay unanswered before the connection counts as dead. */
const PING_DEADLINE_MS = 20_000;

/** What the transport is told of a connection. */
export interface ConnectionWatcher {
  /** The peer's SETTINGS set or changed the number of streams. */
  limitChanged(connection: Http2Connection, before: number): void;
  /** No new streams on this connection; those under way may finish. */
  retired(connection: Http2Connection): void;
  closed(connection: Http2Connection): void;
}

/**
 * One HTTP/2 session.
 *
 *   greeting ─► ready ─► retired ─► closed
 *
 * greeting  waits for the peer's SETTINGS: until then the number of streams is not known
 * ready     takes streams up to `limit`
 * retired   GOAWAY, or idle for long: streams under way finish
 * closed    the socket is gone; whatever still ran is broken
 */
export class Http2Connection {
  readonly #address: string;
  readonly #clock: Clock;
  readonly #watcher: ConnectionWatcher;
  readonly #session: ClientHttp2Session;
  #limit = 0;
  #active = 0;
  #retired = false;
  #lastStreamId = Number.POSITIVE_INFINITY;
  #fault: WireFault | null = null;
  #cancelDeadline: (() => void) | null = null;
  idleSince: number;
  /** The transport's mark: it stands among those with room. */
  listed = false;

  constructor(origin: URL, address: string, socket: Socket, clock: Clock, watcher: ConnectionWatcher) {
    this.#address = address;
    this.#clock = clock;
    this.#watcher = watcher;
    this.idleSince = clock.now();
    this.#session = connect(origin.origin, {
      createConnection: () => socket,
      maxSessionMemory: SESSION_MEMORY_MB,
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxHeaderListSize: MAX_HEAD_BYTES,
      },
    });
    // The session keeps some socket errors to itself.
    socket.on("error", (error) => {
      this.#fault ??= describeWireError(error, address);
    });
    this.#listen();
  }

  get limit(): number {
    return this.#limit;
  }

  get active(): number {
    return this.#active;
  }

  /** Streams that may be opened now. */
  get room(): number {
    return this.#retired ? 0 : Math.max(0, this.#limit - this.#active);
  }

  request(fields: readonly string[], endStream: boolean): ClientHttp2Stream {
    if (this.#active++ === 0) this.#session.ref();
    return this.#session.request(fields, { endStream });
  }

  streamEnded(): void {
    if (--this.#active > 0) return;
    this.idleSince = this.#clock.now();
    this.#session.unref();
  }

  /** True when the peer's GOAWAY says it did not take this stream. */
  disowned(streamId: number): boolean {
    return streamId > this.#lastStreamId;
  }

  /** What ended the connection; null while it stands. */
  fault(): WireFault | null {
    if (this.#fault !== null) return this.#fault;
    if (!this.#session.destroyed) return null;
    return {
      code: "closed",
      message: `${this.#address} closed the connection before the response was complete`,
    };
  }

  /** Why the peer's SETTINGS never came, where the connection itself broke; null when it spoke something else. */
  greetingFailure(): ConnectFailure | null {
    if (this.#fault?.code === "bad-response") return null;
    const message = this.#fault?.message ?? `${this.#address} closed the connection as soon as it was open`;
    return new ConnectFailure("connect-failed", message);
  }

  /** Asks whether the peer is still there; no answer in time ends the connection. */
  ping(): void {
    if (this.#cancelDeadline !== null || this.#session.closed) return;
    this.#awaitPong();
    this.#session.ping(this.#pingAnswered);
  }

  /** Takes no more streams and closes when the last one ended. */
  retire(): void {
    if (this.#retired) return;
    this.#watcher.retired(this);
    this.#retired = true;
    this.#session.close();
  }

  destroy(fault: WireFault | null): void {
    this.#fault ??= fault;
    this.#session.destroy();
  }

  #awaitPong(): void {
    const due = this.#clock.now() + PING_DEADLINE_MS;
    this.#cancelDeadline = this.#clock.after(PING_DEADLINE_MS, () => {
      // Timers ring before sockets are read: the answer may lie there.
      if (hasStalled(this.#clock.now(), due)) {
        this.#awaitPong();
        return;
      }
      this.#cancelDeadline = null;
      const message = `${this.#address} answered no PING for ${PING_DEADLINE_MS / 1000} s`;
      this.destroy({ code: "ping-timeout", message });
    });
  }

  #listen(): void {
    const session = this.#session;
    session.on("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
    session.on("remoteSettings", (settings) => {
      const before = this.room;
      this.#limit = Math.min(settings.maxConcurrentStreams ?? MOST_STREAMS, MOST_STREAMS);
      if (!this.#retired) this.#watcher.limitChanged(this, before);
    });
    session.on("goaway", (code, lastStreamId) => {
      this.#lastStreamId = Math.min(this.#lastStreamId, lastStreamId);
      if (code !== constants.NGHTTP2_NO_ERROR) {
        this.#fault ??= {
          code: "goaway",
          message: `${this.#address} ended the connection with ${nameErrorCode(code)}`,
        };
      }
      this.retire();
    });
    session.on("error", (error) => {
      this.#fault ??= describeWireError(error, this.#address);
    });
    session.on("close", () => {
      this.#pingAnswered();
      if (!this.#retired) this.#watcher.retired(this);
      this.#retired = true;
      this.#watcher.closed(this);
    });
    session.unref();
  }

  readonly #pingAnswered = (): void => {
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
  };
}
