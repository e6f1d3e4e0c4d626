import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { damagedLedger } from "./sqlite-errors.ts";

/**
 * Refuses a ledger whose file was cut short beside a WAL, before anything writes to either: SQLite takes pages that are
 * missing for empty ones then, and a WAL beside an empty file for one to be removed. Without a WAL it compares the
 * file's size with its head by itself.
 */
export function refuseCut(path: string): void {
  const file = statSync(path, { throwIfNoEntry: false });
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (file === undefined || wal === undefined || wal.size === 0) return;
  if (file.size === 0) throw damagedLedger(path);
  const looking = new DatabaseSync(path, { readOnly: true });
  try {
    const pages = read(looking, "PRAGMA page_count");
    if (file.size >= Number(pages) * Number(read(looking, "PRAGMA page_size"))) return;
    // The WAL may hold the rest: a kill in the middle of a checkpoint looks like this, too. Only reading all tells.
    if (read(looking, "PRAGMA quick_check(1)") !== "ok") throw damagedLedger(path);
  } finally {
    looking.close();
  }
}

function read(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}
