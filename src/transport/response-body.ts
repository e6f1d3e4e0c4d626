import type { HttpMethod, ResponseHead } from "../model/transport.ts";

/** Statuses whose answers never carry content, whatever their content-length says (RFC 9110 section 8.6). */
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);

/** A body may keep a buffer alive that is this many times its own length. */
const MOST_HELD = 2;

const DIGITS = /^[0-9]{1,15}$/;

/** The length the head announces, or -1 when it announces none that can be read. */
export function parseContentLength(method: HttpMethod, head: ResponseHead): number {
  const value = head.headers["content-length"];
  if (typeof value !== "string" || method === "HEAD" || WITHOUT_CONTENT.has(head.status)) return -1;
  return DIGITS.test(value) ? Number(value) : -1;
}

/**
 * The body as one array that holds little but itself, since it may wait long for its turn. Chunks are views of read
 * buffers: an HTTP/1.1 answer that came in one read has nearly all of its buffer and needs no copy, while HTTP/2's
 * streams share theirs.
 */
export function joinChunks(chunks: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1 && first.buffer.byteLength <= MOST_HELD * first.byteLength) {
    return first;
  }
  const body = Buffer.allocUnsafeSlow(totalBytes);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}
