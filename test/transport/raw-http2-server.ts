import { createServer, type Socket } from "node:net";
import type { Peer, Script, ScriptedServer } from "./peer.ts";
import { closeServer, listen } from "./raw-http1-server.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Frame types and flags of RFC 9113 section 6. */
const FRAME = { data: 0, headers: 1, rst: 3, settings: 4, ping: 6, goaway: 7 } as const;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;

export interface RawHttp2Options {
  /** SETTINGS_MAX_CONCURRENT_STREAMS; none is sent when absent. */
  maxStreams?: number;
  answersPings?: boolean;
  greets?: boolean;
}

/** A `Peer` with its frames laid bare. */
export interface Http2Peer extends Peer {
  streamId: number;
  socket: Socket;
  frame(type: number, flags: number, streamId: number, payload: Uint8Array): void;
  rst(code: number): void;
  goaway(lastStreamId: number, code: number): void;
}

export interface RawHttp2Server extends ScriptedServer {
  connections(): number;
  /** Connections that stand now. */
  open(): number;
  pings(): number;
  resets(): number[];
}

/** An HTTP/2 server (prior knowledge, no TLS) that writes exact frames; it ignores flow control: small bodies only. */
export async function startRawHttp2(
  script: (peer: Http2Peer) => void,
  options: RawHttp2Options = {},
): Promise<RawHttp2Server> {
  let received = 0;
  let connections = 0;
  let pings = 0;
  const resets: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    const paths = new Map<number, string>();
    const write = (type: number, flags: number, streamId: number, payload: Uint8Array) => {
      if (socket.writable) socket.write(encodeFrame(type, flags, streamId, payload));
    };
    if (options.greets !== false) write(FRAME.settings, 0, 0, encodeSettings(options));
    let pending = Buffer.alloc(0);
    let greeted = false;
    socket.on("data", (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      if (!greeted) {
        if (pending.length < PREFACE.length) return;
        pending = pending.subarray(PREFACE.length);
        greeted = true;
      }
      while (pending.length >= 9 && pending.length >= 9 + pending.readUIntBE(0, 3)) {
        const length = pending.readUIntBE(0, 3);
        const type = pending.readUInt8(3);
        const flags = pending.readUInt8(4);
        const streamId = pending.readUInt32BE(5) & 0x7fffffff;
        const payload = pending.subarray(9, 9 + length);
        pending = pending.subarray(9 + length);
        if (type === FRAME.settings && flags === 0 && options.greets !== false)
          write(FRAME.settings, ACK, 0, Buffer.alloc(0));
        if (type === FRAME.rst) resets.push(payload.readUInt32BE(0));
        if (type === FRAME.ping && flags === 0) {
          pings++;
          if (options.answersPings !== false) write(FRAME.ping, ACK, 0, payload);
        }
        if (type === FRAME.headers) paths.set(streamId, "");
        const ends = (type === FRAME.headers || type === FRAME.data) && (flags & END_STREAM) !== 0;
        if (ends) script(peerOn(socket, write, received++, streamId));
      }
    });
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    received: () => received,
    connections: () => connections,
    open: () => sockets.size,
    pings: () => pings,
    resets: () => resets,
    close: () => closeServer(server, sockets),
  };
}

/** The shape the shared suite wants. */
export function startScriptedHttp2(script: Script): Promise<ScriptedServer> {
  return startRawHttp2(script);
}

function peerOn(socket: Socket, write: Http2Peer["frame"], index: number, streamId: number): Http2Peer {
  const rst = (code: number) => write(FRAME.rst, 0, streamId, uint32(code));
  return {
    index,
    path: "",
    streamId,
    socket,
    frame: write,
    rst,
    goaway: (last, code) => write(FRAME.goaway, 0, 0, Buffer.concat([uint32(last), uint32(code)])),
    interim: (status) =>
      write(FRAME.headers, END_HEADERS, streamId, encodeFields([[":status", `${status}`]])),
    head(status, fields = []) {
      const own = fields.filter(([name]) => name !== "connection");
      const flags = status === 204 ? END_HEADERS | END_STREAM : END_HEADERS;
      write(FRAME.headers, flags, streamId, encodeFields([[":status", `${status}`], ...own]));
    },
    data: (bytes) => write(FRAME.data, 0, streamId, Buffer.from(bytes)),
    end: () => write(FRAME.data, END_STREAM, streamId, Buffer.alloc(0)),
    hangUp: () => rst(0),
    reset: () => rst(8),
  };
}

function encodeFrame(type: number, flags: number, streamId: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

function encodeSettings(options: RawHttp2Options): Buffer {
  if (options.maxStreams === undefined) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from([0, 3]), uint32(options.maxStreams)]);
}

/** HPACK literals without indexing (RFC 7541 section 6.2.2); every length stays below 127. */
function encodeFields(fields: readonly (readonly [string, string])[]): Buffer {
  const parts = fields.flatMap(([name, value]) => [
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
