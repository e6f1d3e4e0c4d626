import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { connect as connectTls, createSecureContext } from "node:tls";
import { ConnectFailure, connectTimeout, describeConnectError } from "./connect-failure.ts";
import type { TransportSettings } from "./options.ts";
import { type Opening, openTunnel } from "./proxy-tunnel.ts";

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

/** Opens sockets to one origin, in the clear or over TLS, the latter through a proxy where one is given. */
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

  open(alpnProtocols: readonly string[], done: SocketListener): Opening {
    const { proxy } = this.#settings;
    const context = this.#context;
    let current: Opening | null = null;
    let waiting = true;
    const finish = (result: OpenedSocket | ConnectFailure) => {
      if (!waiting) return;
      waiting = false;
      cancelTimeout();
      done(result);
    };
    const cancelTimeout = this.#settings.clock.after(CONNECT_TIMEOUT_MS, () => {
      finish(connectTimeout(this.address));
      current?.destroy();
    });
    if (context === null) current = this.#watch(this.#openTcp(), finish);
    else if (proxy === null) current = this.#watch(this.#openTls(context, alpnProtocols, null), finish);
    else {
      current = openTunnel(proxy, this.address, (tunnel) => {
        if (tunnel instanceof ConnectFailure) finish(tunnel);
        else current = this.#watch(this.#openTls(context, alpnProtocols, tunnel), finish);
      });
    }
    return { destroy: () => current?.destroy() };
  }

  #watch(socket: Socket, finish: SocketListener): Socket {
    // Through a tunnel only the handshake is left to fail.
    let handshaking = !socket.connecting;
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

  #openTls(secureContext: SecureContext, alpnProtocols: readonly string[], tunnel: Socket | null): Socket {
    const socket = connectTls({
      ...(tunnel === null ? { host: this.#host, port: this.#port } : { socket: tunnel }),
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
