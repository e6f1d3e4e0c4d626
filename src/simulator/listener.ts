import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server, type Http2Session } from "node:http2";
import { type AddressInfo, createServer as createPlainServer, type Socket } from "node:net";
import type { Readable } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { UsageError } from "../model/errors.ts";
import { MAX_REQUEST_BYTES, type Receive } from "./exchange.ts";
import { Http1Exchange } from "./http1-exchange.ts";
import { Http2Exchange, type SessionState } from "./http2-exchange.ts";
import { FrameTap } from "./http2-frames.ts";
import { SIMULATOR_CERTIFICATE, SIMULATOR_PRIVATE_KEY } from "./test-certificate.ts";

/** Which protocols one port speaks: both (by preface or ALPN), or one. */
export const PROTOCOLS = ["any", "http1", "http2"] as const;
export type ProtocolChoice = (typeof PROTOCOLS)[number];

export interface ListenerOptions {
  host: string;
  port: number;
  tls: boolean;
  protocol: ProtocolChoice;
  maxConcurrentStreams: number;
  /** True when faults need control of single HTTP/2 frames. */
  tapFrames: boolean;
  onConnection(): void;
}

export interface Listener {
  port: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Connections that may wait to be accepted: fifteen thousand clients come at once. */
const BACKLOG = 16_384;

/** Room for requests of many streams on one session; node:http2's own 10 MB would look like ENHANCE_YOUR_CALM. */
const SESSION_MEMORY_MB = 2048;

/** How a client with prior knowledge of HTTP/2 begins (RFC 9113, section 3.4), as far as it differs from any method. */
const PREFACE = "PRI * HTTP/2";

/** Of request heads taken and answer heads sent. */
const MAX_HEADER_BYTES = 1024 * 1024;

const WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 64 * 1024 * 1024;

/** Clients may give up as many streams as they like: node:http2 would close the session after a thousand. */
const STREAM_RESETS = 1_000_000;

/** Opens one port and hands every request to `receive`, once its body is complete. */
export async function listen(options: ListenerOptions, receive: Receive): Promise<Listener> {
  const http1 = http1Server(receive);
  const http2 = http2Server(options, receive);
  const sockets = new Set<Socket>();
  const serve = (socket: Socket, isHttp2: boolean) => {
    if (isHttp2) http2.accept(socket);
    else http1.emit("connection", socket);
  };
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    options.onConnection();
  };
  const server = options.tls
    ? createTlsServer(tlsOptions(options.protocol), (socket) => {
        track(socket);
        serve(socket, socket.alpnProtocol === "h2");
      })
    : createPlainServer((socket) => {
        track(socket);
        if (options.protocol === "any") sniff(socket, (isHttp2) => serve(socket, isHttp2));
        else serve(socket, options.protocol === "http2");
      });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenFailure(error, options)));
    server.listen({ host: options.host, port: options.port, backlog: BACKLOG }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function http1Server(receive: Receive) {
  const server = createHttp1Server({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: 0 });
  server.on("request", (request, response) => {
    response.on("error", () => {});
    collect(request, (body) => receive(new Http1Exchange(request, response), body));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  return server;
}

function http2Server(options: ListenerOptions, receive: Receive) {
  const server = createHttp2Server({
    maxSessionMemory: SESSION_MEMORY_MB,
    maxSendHeaderBlockLength: MAX_HEADER_BYTES,
    maxSessionRejectedStreams: STREAM_RESETS,
    streamResetBurst: STREAM_RESETS,
    streamResetRate: STREAM_RESETS,
    settings: { maxConcurrentStreams: options.maxConcurrentStreams, initialWindowSize: WINDOW_BYTES },
  });
  const states = new WeakMap<Http2Session, SessionState>();
  let arriving: FrameTap | null = null;
  server.on("session", (session) => {
    states.set(session, { tap: arriving, unprocessedFrom: Number.POSITIVE_INFINITY, silent: false });
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    session.on("error", () => {});
  });
  server.on("stream", (stream, headers) => {
    const state = stream.session === undefined ? undefined : states.get(stream.session);
    if (state === undefined) return;
    const exchange = new Http2Exchange(stream, headers, state);
    collect(stream, (body) => {
      if (!exchange.gone() && !state.silent && !exchange.unprocessed()) receive(exchange, body);
    });
  });
  return {
    accept(socket: Socket): void {
      arriving = options.tapFrames ? new FrameTap(socket) : null;
      server.emit("connection", arriving ?? socket);
      arriving = null;
    },
  };
}

/** Gathers a request's body; null when it is longer than the simulator takes. */
function collect(request: Readable, done: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on("end", () => {
    if (bytes > MAX_REQUEST_BYTES) done(null);
    else done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
  });
  request.on("error", () => {});
}

/** Tells HTTP/2 with prior knowledge from HTTP/1.1 by the first bytes: the preface begins with "PRI". */
function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let start = Buffer.alloc(0);
  const look = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk !== null) start = Buffer.concat([start, chunk]);
    if (start.length < PREFACE.length && PREFACE.startsWith(start.toString("latin1"))) {
      socket.once("readable", look);
      return;
    }
    socket.unshift(start);
    decide(start.toString("latin1", 0, PREFACE.length) === PREFACE);
  };
  socket.once("readable", look);
}

function tlsOptions(protocol: ProtocolChoice) {
  const offered = { any: ["h2", "http/1.1"], http1: ["http/1.1"], http2: ["h2"] };
  return { cert: SIMULATOR_CERTIFICATE, key: SIMULATOR_PRIVATE_KEY, ALPNProtocols: offered[protocol] };
}

function listenFailure(error: NodeJS.ErrnoException, options: ListenerOptions): Error {
  if (error.code === "EADDRINUSE")
    return new UsageError(
      `Port ${options.port} is taken; choose another with --port, or --port 0 for any free one.`,
    );
  if (error.code === "EACCES")
    return new UsageError(`Port ${options.port} needs rights this user lacks; choose one above 1023.`);
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" || error.code === "EAI_AGAIN")
    return new UsageError(`--host ${options.host} is no address of this machine.`);
  return error;
}
