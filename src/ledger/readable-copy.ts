import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { rollBack } from "./roll-back.ts";

/** The header of an SQLite file (sqlite.org/fileformat.html, 1.3). */
const HEADER_BYTES = 100;
/** SQLite's own choice, which every ledger was made with. */
const PAGE_BYTES = 4096;
/** What every ledger has alike in it: name, page size, fractions, format, encoding, and whose file it is. */
const ALIKE = [
  [0, 18],
  [20, 24],
  [44, 48],
  [56, 60],
  [68, 72],
] as const;
/** Where the number of pages stands. */
const PAGES_AT = 28;
/** Readers and writers know of a WAL: 2, twice. */
const VERSIONS_AT = 18;

const COMPANIONS = ["", "-wal", "-shm", "-journal"];

export interface ReadableCopy {
  database: DatabaseSync;
  /** The file's header was not that of a ledger, or its last page is not whole. */
  isMended: boolean;
}

/**
 * A copy of a damaged ledger, mended as far as SQLite needs it to read what is left: a header that is gone is that
 * of a sound ledger, and the number of pages is taken from the file's length. The damaged file itself is not opened.
 */
export function openReadableCopy(ledger: string, copy: string, soundLedger: string): ReadableCopy {
  removeCopy(copy);
  copyFileSync(ledger, copy, constants.COPYFILE_FICLONE);
  const hasWal = existsSync(`${ledger}-wal`);
  if (hasWal) copyFileSync(`${ledger}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
  if (existsSync(`${ledger}-journal`)) takeBack(ledger, copy);
  const isTorn = !hasWal && endsInPage(statSync(ledger).size);
  // The rest of a page would be read as zeros, and a body as one that ends in them.
  if (isTorn) truncateSync(copy, wholePages(statSync(copy).size));
  const isMended = mendHeader(copy, headerOf(soundLedger), hasWal) || isTorn;
  const database = new DatabaseSync(copy, { readOnly: true });
  try {
    database.exec("PRAGMA cell_size_check = ON");
  } catch {
    // Whatever is asked is then refused, too: nothing is left to read.
  }
  return { database, isMended };
}

/** The change that a killed run left half made. Where the damage stands against it, the file is read as it is. */
function takeBack(ledger: string, copy: string): void {
  copyFileSync(`${ledger}-journal`, `${copy}-journal`, constants.COPYFILE_FICLONE);
  try {
    rollBack(copy, 0);
  } catch {
    rmSync(`${copy}-journal`, { force: true });
  }
}

export function removeCopy(copy: string): void {
  for (const companion of COMPANIONS) rmSync(copy + companion, { force: true });
}

/** True for a file that was cut within a page. */
export function endsInPage(bytes: number): boolean {
  return bytes % PAGE_BYTES !== 0;
}

function wholePages(bytes: number): number {
  return bytes - (bytes % PAGE_BYTES);
}

function mendHeader(path: string, sound: Buffer, hasWal: boolean): boolean {
  const own = headerOf(path);
  const isGone = ALIKE.some(([from, to]) => !own.subarray(from, to).equals(sound.subarray(from, to)));
  const mended = isGone ? sound : own;
  mended.writeUInt32BE(0, PAGES_AT);
  if (isGone && hasWal) mended.fill(2, VERSIONS_AT, VERSIONS_AT + 2);
  const file = openSync(path, "r+");
  writeSync(file, mended, 0, HEADER_BYTES, 0);
  closeSync(file);
  return isGone;
}

function headerOf(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  if (statSync(path).size === 0) return header;
  const file = openSync(path, "r");
  readSync(file, header, 0, HEADER_BYTES, 0);
  closeSync(file);
  return header;
}
