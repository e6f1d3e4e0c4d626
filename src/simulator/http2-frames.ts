import { Duplex } from "node:stream";

/** Frame types of RFC 9113, section 6. */
const RST_STREAM = 3;
const GOAWAY = 7;

/** Length, type, flags and stream id stand before every frame. */
const HEAD_BYTES = 9;

/** RST_STREAM with this code, as bytes. */
export function resetFrame(streamId: number, code: number): Buffer {
  return frame(RST_STREAM, streamId, [code]);
}

/** GOAWAY without an error that names the last stream the server will answer. */
export function goAwayFrame(lastStreamId: number): Buffer {
  return frame(GOAWAY, 0, [lastStreamId, 0]);
}

function frame(type: number, streamId: number, words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + 4 * words.length);
  bytes.writeUIntBE(4 * words.length, 0, 3);
  bytes[3] = type;
  bytes.writeUInt32BE(streamId, 5);
  words.forEach((word, i) => {
    bytes.writeUInt32BE(word, HEAD_BYTES + 4 * i);
  });
  return bytes;
}

/**
 * Stands between node:http2 and a socket, so that single frames can be sent which node:http2 offers no way to send
 * (it ends a stream in order before it resets it), and so that a connection can fall silent. What node:http2 would
 * still say about a stream that is reset, or that a GOAWAY named unprocessed, is left out, as is a second GOAWAY.
 */
export class FrameTap extends Duplex {
  readonly #socket: Duplex;
  #silent = false;
  #rest: Buffer = Buffer.alloc(0);
  readonly #resetStreams = new Set<number>();
  #lastStreamId = Number.POSITIVE_INFINITY;

  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      if (!this.#silent && !this.push(chunk)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }

  /** Nothing is read or written from here on; the peer sees an open connection. */
  fallSilent(): void {
    this.#silent = true;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const frames = this.#wholeFrames(chunk).filter((bytes) => this.#passes(bytes));
    if (frames.length === 0 || this.#silent || this.#socket.destroyed) done();
    else if (this.#socket.write(Buffer.concat(frames))) done();
    else this.#socket.once("drain", done);
  }

  override _final(done: () => void): void {
    if (!this.#silent) this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#silent) this.#socket.destroy();
    done(error);
  }

  #wholeFrames(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (bytes.length >= HEAD_BYTES) {
      const size = HEAD_BYTES + bytes.readUIntBE(0, 3);
      if (bytes.length < size) break;
      frames.push(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes;
    return frames;
  }

  #passes(bytes: Buffer): boolean {
    const streamId = bytes.readUInt32BE(5);
    if (streamId > this.#lastStreamId || this.#resetStreams.has(streamId)) return false;
    if (bytes[3] === RST_STREAM) this.#resetStreams.add(streamId);
    if (bytes[3] !== GOAWAY) return true;
    const isFirst = this.#lastStreamId === Number.POSITIVE_INFINITY;
    if (isFirst) this.#lastStreamId = bytes.readUInt32BE(HEAD_BYTES);
    return isFirst;
  }
}
