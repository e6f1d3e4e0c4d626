import { ConnectFailure } from "./connect-failure.ts";
import type { SocketFactory, SocketListener } from "./open-socket.ts";
import type { Opening } from "./proxy-tunnel.ts";

/** Opens connections a few at a time: a thousand handshakes at once would starve each other into timeouts. */
export class PacedOpener {
  readonly #sockets: SocketFactory;
  readonly #alpn: readonly string[];
  readonly #atOnce: number;
  readonly #queue: SocketListener[] = [];
  readonly #opening = new Set<Opening>();
  #closed = false;

  constructor(sockets: SocketFactory, alpn: readonly string[], atOnce: number) {
    this.#sockets = sockets;
    this.#alpn = alpn;
    this.#atOnce = atOnce;
  }

  /** Connections asked for and not yet there. */
  get pending(): number {
    return this.#opening.size + this.#queue.length;
  }

  /** How many more would be opened at once. */
  get room(): number {
    return Math.max(0, this.#atOnce - this.pending);
  }

  open(done: SocketListener): void {
    this.#queue.push(done);
    this.#next();
  }

  /** Ends what is under way; those who wait are told. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#opening) socket.destroy();
    for (const done of this.#queue.splice(0)) queueMicrotask(() => done(closedFailure()));
  }

  #next(): void {
    if (this.#opening.size >= this.#atOnce) return;
    const done = this.#queue.shift();
    if (done === undefined) return;
    if (this.#closed) {
      queueMicrotask(() => done(closedFailure()));
      return;
    }
    const socket = this.#sockets.open(this.#alpn, (result) => {
      this.#opening.delete(socket);
      this.#next();
      done(result);
    });
    this.#opening.add(socket);
  }
}

function closedFailure(): ConnectFailure {
  return new ConnectFailure("closed", "the transport was closed before the connection was there");
}
