import type { SourceLine } from "../model/source.ts";
import { BYTE_ORDER_MARK } from "./first-bytes.ts";
import { LineSplitter } from "./split-lines.ts";

/** The lines of a stream as they arrive, blank ones too, without a copy on disk: for rows that are sent at once. */
export async function* streamLines(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
): AsyncIterable<readonly SourceLine[]> {
  let splitter: LineSplitter | null = null;
  let head = Buffer.alloc(0);
  for await (const piece of stream) {
    let bytes =
      typeof piece === "string"
        ? Buffer.from(piece)
        : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    if (splitter === null) {
      head = Buffer.concat([head, bytes]);
      if (head.length < BYTE_ORDER_MARK.length) continue;
      const offset = startOf(head);
      splitter = new LineSplitter({ name, offset });
      bytes = head.subarray(offset);
    }
    const lines = splitter.push(bytes);
    if (lines.length > 0) yield lines;
  }
  if (splitter === null) {
    splitter = new LineSplitter({ name, offset: 0 });
    const lines = splitter.push(head);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.finish();
  if (last.length > 0) yield last;
}

function startOf(head: Buffer): number {
  return head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}
