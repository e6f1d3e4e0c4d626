import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { connect as connectTls, createSecureContext } from "node:tls";
import type { ConnectFailure } from "./connect-failure.ts";
import { connectTimeout, describeConnectError } from "./connect-failure.ts";
import type { TransportSettings } from "./options.ts";

/** The longest wait for TCP and TLS together. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Below the 60 s after which many middle boxes forget a silent connection. */
const TCP_KEEP_ALIVE_MS = 15_000;

/** Called once, never synchronously. */
export type SocketListener = (result: OpenedSocket | ConnectFailure) => void;

export interface OpenedSocket {
  socket: Socket;
  /** What ALPN settled on; null without TLS or without an answer. */
  alpn: string | null;
}

/** Opens sockets to one origin, in the clear or over TLS. */
export class SocketFactory {
  readonly address: string;
  readonly #settings: TransportSettings;
  readonly #host: string;
  readonly #port: number;
  readonly #context: SecureContext | null;
  #tlsSession: Buffer | undefined;

  constructor(settings: TransportSettings) {
    const { hostname, port, protocol } = settings.origin;
    const secure = protocol === "https:";
    this.#settings = settings;
    this.#host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
    this.#port = port === "" ? (secure ? 443 : 80) : Number(port);
    this.address = `${hostname}:${this.#port}`;
    this.#context = secure ? createSecureContext(settings.ca === undefined ? {} : { ca: settings.ca }) : null;
  }

  open(alpnProtocols: readonly string[], done: SocketListener): Socket {
    const socket = this.#context === null ? this.#openTcp() : this.#openTls(this.#context, alpnProtocols);
    let handshaking = false;
    let waiting = true;
    const finish = (result: OpenedSocket | ConnectFailure) => {
      if (!waiting) return;
      waiting = false;
      cancelTimeout();
      done(result);
    };
    const cancelTimeout = this.#settings.clock.after(CONNECT_TIMEOUT_MS, () => {
      finish(connectTimeout(this.address));
      socket.destroy();
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
    socket.on("error", (error) => finish(describeConnectError(error, this.address, handshaking)));
    socket.once("close", () => finish(describeConnectError(null, this.address, handshaking)));
    if (this.#context !== null) socket.once("connect", () => (handshaking = true));
    socket.once(this.#context === null ? "connect" : "secureConnect", () => {
      finish({ socket, alpn: "alpnProtocol" in socket ? alpnOf(socket.alpnProtocol) : null });
    });
    return socket;
  }

  #openTcp(): Socket {
    return connectTcp({ host: this.#host, port: this.#port });
  }

  #openTls(secureContext: SecureContext, alpnProtocols: readonly string[]): Socket {
    const socket = connectTls({
      host: this.#host,
      port: this.#port,
      secureContext,
      ALPNProtocols: [...alpnProtocols],
      rejectUnauthorized: this.#settings.rejectUnauthorized,
      ...(isIP(this.#host) === 0 ? { servername: this.#host } : {}),
      ...(this.#tlsSession === undefined ? {} : { session: this.#tlsSession }),
    });
    socket.on("session", (session) => (this.#tlsSession = session));
    return socket;
  }
}

function alpnOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
