import { closeSync, openSync, readSync, statSync } from "node:fs";
import { damagedLedger } from "./sqlite-errors.ts";

/** The WAL's head and that of each frame (sqlite.org/fileformat.html, section 4.1): big-endian words. */
const HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
const HEAD = { pageSize: 8, salts: 16 };
const FRAME = { page: 0, pagesAfterCommit: 4, salts: 8 };
const SALT_BYTES = 8;

/**
 * Refuses a ledger whose file was cut short beside a WAL, before anything writes to either: SQLite takes pages that are
 * missing for empty ones then, and a WAL beside an empty file for one to be removed. Without a WAL it compares the
 * file's size with its head by itself.
 */
export function refuseCut(path: string): void {
  if (isCut(path)) throw damagedLedger(path);
}

export function isCut(path: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (file === undefined || wal === undefined || wal.size === 0) return false;
  return file.size === 0 || lacksPages(file.size, `${path}-wal`, wal.size);
}

/** True when a page beyond the file's end is not in the WAL either. */
function lacksPages(fileBytes: number, walPath: string, walBytes: number): boolean {
  const wal = openSync(walPath, "r");
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    if (readSync(wal, head, 0, HEAD_BYTES, 0) < HEAD_BYTES) return false;
    const pageSize = head.readUInt32BE(HEAD.pageSize);
    const salts = head.subarray(HEAD.salts, HEAD.salts + SALT_BYTES);
    const inFile = Math.floor(fileBytes / pageSize);
    const beyond = new Set<number>();
    let pages = 0;
    const frame = Buffer.alloc(FRAME_HEAD_BYTES);
    for (
      let at = HEAD_BYTES;
      at + FRAME_HEAD_BYTES + pageSize <= walBytes;
      at += FRAME_HEAD_BYTES + pageSize
    ) {
      readSync(wal, frame, 0, FRAME_HEAD_BYTES, at);
      // Frames of an earlier round of the WAL are in the file by now.
      if (!frame.subarray(FRAME.salts, FRAME.salts + SALT_BYTES).equals(salts)) break;
      const page = frame.readUInt32BE(FRAME.page);
      if (page > inFile) beyond.add(page);
      pages = frame.readUInt32BE(FRAME.pagesAfterCommit) || pages;
    }
    return [...beyond].filter((page) => page <= pages).length < pages - inFile;
  } finally {
    closeSync(wal);
  }
}
