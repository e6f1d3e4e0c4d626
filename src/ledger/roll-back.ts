import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes back the change that a killed process was in the middle of: as it put the ledger away, or at any commit
 * without a WAL. What was committed before is not touched. SQLite does it by itself, but not for a connection that
 * may only read. Call it where nobody else writes.
 */
export function rollBack(path: string, timeoutMs: number): void {
  if (!((statSync(`${path}-journal`, { throwIfNoEntry: false })?.size ?? 0) > 0)) return;
  const database = new DatabaseSync(path, { timeout: timeoutMs });
  try {
    // Takes back at the first look, and leaves the file as one at rest.
    database.exec("PRAGMA journal_mode = DELETE");
  } finally {
    database.close();
  }
}
