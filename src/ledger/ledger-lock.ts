import { rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { queryNumber } from "./query-numbers.ts";
import { isBusy } from "./sqlite-errors.ts";

/** The largest number `user_version` holds. */
const LARGEST_VERSION = 2 ** 31 - 1;
/** Another process may be taking the same file away; it is not there again after so many tries. */
const TRIES = 20;

export function lockPathOf(ledgerPath: string): string {
  return `${ledgerPath}.lock`;
}

/**
 * Keeps a second process off a ledger: an exclusive transaction on a small SQLite file beside it. The system frees
 * it when the process dies in whatever way. It also remembers how many commits the ledger has, so that a WAL
 * that was cut or taken away after a crash is noticed. Everything is in the file's first page, which is written
 * whole: no journal is needed.
 */
export class LedgerLock {
  readonly #path: string;
  readonly #database: DatabaseSync;
  /** Commits the last holder is known to have made; 0 when it closed properly. */
  readonly commitsSeen: number;

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    this.commitsSeen = queryNumber(database, "PRAGMA user_version");
  }

  /** The lock, or null when another process holds it. */
  static take(ledgerPath: string): LedgerLock | null {
    const path = lockPathOf(ledgerPath);
    for (let left = TRIES; left > 0; left -= 1) {
      const before = fileNumber(path);
      const database = new DatabaseSync(path, { timeout: 0 });
      try {
        database.exec(
          "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;",
        );
      } catch (error) {
        database.close();
        if (isBusy(error)) return null;
        throw error;
      }
      // A holder that ends removes its file: only a lock on the file that still has the name counts.
      if (before !== null && before === fileNumber(path)) return new LedgerLock(path, database);
      database.close();
    }
    return null;
  }

  /** Remembers how many commits the ledger has. */
  record(commits: number): void {
    this.#database.exec(`PRAGMA user_version = ${Math.min(commits, LARGEST_VERSION)}`);
  }

  /** Frees the lock of a ledger that was left as it is: so is what a killed run noted of its commits. */
  giveUp(): void {
    if (this.commitsSeen > 0) this.#database.close();
    else this.release();
  }

  /** Frees the lock and takes the file away: while it is still held where the system allows that, else after. */
  release(): void {
    remove(this.#path);
    this.#database.close();
    if (process.platform === "win32") remove(this.#path);
  }
}

/** True when a process holds the lock of this ledger. Leaves no trace. */
export function isLocked(ledgerPath: string): boolean {
  return commitsNoted(ledgerPath) === null;
}

/** Commits that a killed run is known to have made; null while a process holds the lock. Leaves no trace. */
export function commitsNoted(ledgerPath: string): number | null {
  const path = lockPathOf(ledgerPath);
  if (fileNumber(path) === null) return 0;
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    return queryNumber(database, "PRAGMA user_version");
  } catch (error) {
    return isBusy(error) ? null : 0;
  } finally {
    database?.close();
  }
}

function fileNumber(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

/** Windows refuses to remove a file that is open, also in another process: then it stays. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The next holder finds it and takes it over.
  }
}
