import { connect } from "node:net";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA = 0;
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const END_STREAM = 1;
const END_HEADERS = 4;

const PATIENCE_MS = 5000;
/** After such a frame the stream is over. */
const LAST_FRAME = /END_STREAM|RST_STREAM/;

/** The frames of one answer up to its last, read from the bytes: "HEADERS", "DATA", "DATA END_STREAM", "RST_STREAM 7". */
export function framesOf(port: number, body: unknown): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const frames: string[] = [];
    const socket = connect(port, "127.0.0.1");
    let bytes = Buffer.alloc(0);
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(frames);
    };
    const timer = setTimeout(done, PATIENCE_MS);
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let size = frameSize(bytes); size !== null; size = frameSize(bytes)) {
        const told = describeFrame(bytes.subarray(0, size));
        bytes = bytes.subarray(size);
        if (told !== null) frames.push(told);
      }
      if (LAST_FRAME.test(frames.at(-1) ?? "")) done();
    });
    socket.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0, ""), ...request(body)]));
  });
}

function request(body: unknown): Buffer[] {
  const headers = [
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", "simulator"],
    [":path", "/v1/chat/completions"],
    ["content-type", "application/json"],
  ] as const;
  const block = headers.map(([name, value]) => `\0${prefixed(name)}${prefixed(value)}`).join("");
  return [frame(HEADERS, END_HEADERS, 1, block), frame(DATA, END_STREAM, 1, JSON.stringify(body))];
}

/** A short literal of HPACK: its length, then its characters. */
function prefixed(text: string): string {
  return String.fromCharCode(text.length) + text;
}

function frame(type: number, flags: number, streamId: number, payload: string): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, Buffer.from(payload, "latin1")]);
}

function frameSize(bytes: Buffer): number | null {
  if (bytes.length < 9) return null;
  const size = 9 + bytes.readUIntBE(0, 3);
  return bytes.length < size ? null : size;
}

function describeFrame(bytes: Buffer): string | null {
  if (bytes.readUInt32BE(5) !== 1) return null;
  const ends = ((bytes[4] ?? 0) & END_STREAM) === END_STREAM ? " END_STREAM" : "";
  if (bytes[3] === DATA) return `DATA${ends}`;
  if (bytes[3] === HEADERS) return `HEADERS${ends}`;
  return bytes[3] === RST_STREAM ? `RST_STREAM ${bytes.readUInt32BE(9)}` : null;
}
