import { PassThrough, type Transform } from "node:stream";
import { promisify } from "node:util";
import {
  brotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  gunzip,
  inflate,
  zstdDecompress,
} from "node:zlib";
import { errorCode } from "./connect-failure.ts";

export type Decoded =
  | { kind: "decoded"; body: Uint8Array }
  | { kind: "too-large" }
  | { kind: "failed"; message: string };

/** Undoes a coding, of a body that is whole or of one that passes through. */
interface Decoder {
  whole(body: Uint8Array, options: { maxOutputLength: number }): Promise<Uint8Array>;
  passing(): Transform;
}

const GZIP: Decoder = { whole: promisify(gunzip), passing: createGunzip };

/** Content codings of RFC 9110 section 8.4.1 and RFC 8878. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  ["deflate", { whole: promisify(inflate), passing: createInflate }],
  ["br", { whole: promisify(brotliDecompress), passing: createBrotliDecompress }],
  ["zstd", { whole: promisify(zstdDecompress), passing: createZstdDecompress }],
]);

const NO_CODINGS: readonly string[] = [];

/** Each decoding may hold a whole body: few at once keep a thousand bombs from adding up. */
const AT_ONCE = 2;

/** The codings to undo, last applied first; empty for a plain body. */
export function contentCodings(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return NO_CODINGS;
  const names = String(header).split(",");
  return names
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity")
    .reverse();
}

/** A stream that undoes a coding; for one that nobody knows, a stream that is broken from the start. */
export function passingDecoder(coding: string): Transform {
  return DECODERS.get(coding)?.passing() ?? new PassThrough().destroy(new Error("unknown"));
}

/** Why a coding could not be undone. */
export function describeCodingError(coding: string, error: unknown): string {
  return DECODERS.has(coding)
    ? `the answer's ${coding} encoding is broken (${errorCode(error)})`
    : `the answer is encoded as ${JSON.stringify(coding)}, which nobody asked for`;
}

/** Undoes content codings within a bound; an over-long or broken body is a value, not an exception. */
export class BodyDecoder {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  decode(codings: readonly string[], body: Uint8Array, limitBytes: number): Promise<Decoded> {
    return this.#inTurn(() => undo(codings, body, limitBytes));
  }

  async #inTurn(work: () => Promise<Decoded>): Promise<Decoded> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

async function undo(
  codings: readonly string[],
  encoded: Uint8Array,
  maxOutputLength: number,
): Promise<Decoded> {
  let body = encoded;
  for (const coding of codings) {
    const decoder = DECODERS.get(coding);
    if (decoder === undefined) return { kind: "failed", message: describeCodingError(coding, null) };
    try {
      body = await decoder.whole(body, { maxOutputLength });
    } catch (error) {
      if (errorCode(error) === "ERR_BUFFER_TOO_LARGE") return { kind: "too-large" };
      return { kind: "failed", message: describeCodingError(coding, error) };
    }
  }
  return { kind: "decoded", body: ownCopy(body) };
}

/** Small results share Node's buffer pool; whoever gets the body may want to transfer its memory. */
function ownCopy(body: Uint8Array): Uint8Array {
  return body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body);
}
