import { DatabaseSync } from "node:sqlite";
import { UsageError } from "../model/errors.ts";

/** The process that has a ledger open for writing. */
export interface LedgerHolder {
  pid: number;
  host: string;
  /** ISO date of the opening. */
  since: string;
}

/** Somebody took the lock a moment ago and has not written who. */
export const NOT_YET_KNOWN: LedgerHolder = { pid: 0, host: "", since: "" };

/** Who holds the ledger, as it wrote there itself; null when that cannot be read. */
export function holderOf(path: string): LedgerHolder | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    return readHolder(database);
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

export function readHolder(database: DatabaseSync): LedgerHolder | null {
  const row = database.prepare("SELECT value FROM meta WHERE name = 'holder'").get();
  return row === undefined ? null : (JSON.parse(String(row.value)) as LedgerHolder);
}

export function inUse(path: string, holder: LedgerHolder | null): UsageError {
  const who =
    holder === null || holder.pid === NOT_YET_KNOWN.pid
      ? "another process"
      : `process ${holder.pid} on ${holder.host} since ${holder.since.replace("T", " ").slice(0, 19)} UTC`;
  return new UsageError(`The ledger ${path} is in use by ${who}; wait for it to end, or stop it.`);
}
