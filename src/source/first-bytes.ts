import type { FileHandle } from "node:fs/promises";
import { UsageError } from "../model/errors.ts";

/** A file is taken for binary by what stands in its first 8 KB. */
const INSPECTED_BYTES = 8 * 1024;
const SEARCH_CHUNK_BYTES = 64 * 1024;
/** UTF-8's byte order mark; no part of the first line. */
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANK_BYTES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

/** What the first bytes tell of a file that can be read. */
export interface FirstBytes {
  /** Where the first line begins: 3 behind a UTF-8 byte order mark, else 0. */
  start: number;
  /** The first line that is not blank, trimmed, at most 8 KB of it. */
  firstText: string;
}

/** Looks at a file before it is taken as a source; throws a UsageError when it is binary or holds nothing. */
export async function inspectFirstBytes(handle: FileHandle, name: string): Promise<FirstBytes> {
  const buffer = Buffer.alloc(INSPECTED_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, INSPECTED_BYTES, 0);
  const first = buffer.subarray(0, bytesRead);
  refuseBinary(first, name);
  const start = first.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const textAt = await firstTextAt(handle, start);
  if (textAt === null) {
    throw new UsageError(`${name} is empty: it holds no rows; put one request on each line`);
  }
  const line = Buffer.alloc(INSPECTED_BYTES);
  const read = await handle.read(line, 0, INSPECTED_BYTES, textAt);
  const text = line.subarray(0, read.bytesRead).toString("utf8");
  return { start, firstText: (text.split("\n", 1)[0] ?? "").trim() };
}

/** Lines that are no UTF-8 are bad rows, wherever in the file they stand. */
function refuseBinary(first: Buffer, name: string): void {
  const mark = first.subarray(0, 2).toString("hex");
  if (mark === "fffe" || mark === "feff") {
    throw new UsageError(
      `${name} is UTF-16 text; convert it to UTF-8 first: iconv -f UTF-16 -t UTF-8 ${name} > utf8-${baseName(name)}`,
    );
  }
  if (first.includes(0)) {
    throw new UsageError(
      `${name} is a binary file (it holds NUL bytes); give JSONL or text, one row on each line`,
    );
  }
}

/** The place of the first byte that is not blank, or null when there is none. */
async function firstTextAt(handle: FileHandle, start: number): Promise<number | null> {
  const buffer = Buffer.allocUnsafe(SEARCH_CHUNK_BYTES);
  for (let position = start; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, SEARCH_CHUNK_BYTES, position);
    if (bytesRead === 0) return null;
    const found = buffer.subarray(0, bytesRead).findIndex((byte) => !BLANK_BYTES.has(byte));
    if (found !== -1) return position + found;
    position += bytesRead;
  }
}

function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}
