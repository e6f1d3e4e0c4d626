import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import type { SocketListener } from "./open-socket.ts";
import { MAX_HEAD_BYTES } from "./options.ts";
import { passOverContinue } from "./unasked-continue.ts";
import { Client, errors } from "./undici-client.ts";

/** Below the 5 s after which Node's own server hangs up: an idle connection is closed by us before the peer does. */
export const KEEP_ALIVE_MS = 4_000;

/** Finds a slot its connection. */
export type SlotConnector = (done: SocketListener) => void;

/**
 * One HTTP/1.1 connection at a time, with undici's parser around it. undici never sends anything twice here: without
 * pipelining a request is either not yet written, or it ends with its connection.
 */
export class Http1Slot {
  readonly #client: Client;
  readonly #onIdleClose: (slot: Http1Slot) => void;
  #socket: Socket | null = null;
  /** Nothing of the response has been read, or nothing but heads that announce another one. */
  #expectsHead = false;
  /** What broke the connection, if anything did. */
  socketError: Error | null = null;
  /** Waits among the free slots. */
  idle = false;

  constructor(origin: URL, connector: SlotConnector, onIdleClose: (slot: Http1Slot) => void) {
    this.#onIdleClose = onIdleClose;
    this.#client = new Client(origin.origin, {
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      connect: (_options, done) => {
        connector((result) => {
          if (result instanceof Error) return done(result, null);
          this.#adopt(result.socket);
          done(null, result.socket);
        });
      },
    });
  }

  /** Writes a request as soon as the connection is there. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#expectsHead = true;
    this.#client.dispatch(options, handler);
  }

  /** True while the connection stands. */
  get live(): boolean {
    return this.#socket !== null;
  }

  /** With undici's own word for it: it takes a close without an error for the end of a body that has no length. */
  destroySocket(): void {
    this.#socket?.destroy(new errors.InformationalError("given up"));
  }

  #pastContinue(bytes: Uint8Array | null): Uint8Array | null {
    if (this.#expectsHead && bytes !== null) this.#expectsHead = passOverContinue(bytes) === bytes.length;
    return bytes;
  }

  #adopt(socket: Socket): void {
    this.#socket = socket;
    this.socketError = null;
    const read = socket.read.bind(socket);
    socket.read = (size) => this.#pastContinue(read(size));
    socket.on("error", (error) => {
      this.socketError = error;
    });
    socket.once("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      if (this.idle) this.#onIdleClose(this);
    });
  }
}
