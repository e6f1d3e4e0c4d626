import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Book } from "./book.ts";
import { endsInPage } from "./readable-copy.ts";
import { rollBack } from "./roll-back.ts";
import { cutShort, damagedLedger } from "./sqlite-errors.ts";

/** The WAL's head and that of each frame (sqlite.org/fileformat.html, section 4.1): big-endian words. */
const HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
const HEAD = { pageSize: 8, salts: 16 };
const FRAME = { page: 0, pagesAfterCommit: 4, salts: 8 };
const SALT_BYTES = 8;

/**
 * What is to be done before a ledger is opened that nobody else has open, for a run or for a look: what SQLite reads of
 * a file that was cut would be taken for the truth.
 */
export function refuseLacking(path: string, commitsSeen: number, timeoutMs: number): void {
  refuseCut(path);
  rollBack(path, timeoutMs);
  refuseOlder(path, commitsSeen);
}

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

/**
 * Refuses a ledger that lacks commits which a killed run is known to have made: its WAL was cut or taken away. To
 * SQLite that is an older state and no damage. OUTPUT may have what is missing, so it is looked at before anything is
 * sent again. Only looks: the ledger stays as it is.
 */
function refuseOlder(path: string, commitsSeen: number): void {
  if (commitsSeen === 0 || !((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0)) return;
  const lost = commitsSeen - commitsHeld(path);
  if (lost > 0) throw cutShort(path, lost);
}

function commitsHeld(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const book = database.prepare("SELECT value FROM meta WHERE name = 'book'").get();
    return book === undefined ? 0 : (JSON.parse(String(book.value)) as Book).commits;
  } finally {
    database.close();
  }
}

/** SQLite takes the missing end of a page for zeros. With a WAL the page may be whole in there. */
export function refuseTorn(path: string): void {
  if (existsSync(`${path}-wal`)) return;
  if (endsInPage(statSync(path).size)) throw damagedLedger(path);
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
