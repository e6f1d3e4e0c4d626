import { rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Durability } from "../model/durability.ts";
import { UsageError } from "../model/errors.ts";
import { holderOf, inUse } from "./ledger-holder.ts";
import { LedgerLock } from "./ledger-lock.ts";
import { queryNumber } from "./query-numbers.ts";
import { refuseLacking, refuseTorn } from "./refuse-cut.ts";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION, upgradeFrom } from "./schema.ts";
import { movedLedger, noLedger, notALedger, openingError } from "./sqlite-errors.ts";
import { checkSqliteVersion } from "./sqlite-version.ts";

export interface LedgerFileOptions {
  path: string;
  mode: "create-or-open" | "open";
  durability: Durability;
  temporary: boolean;
  /** On a network file system: no shared memory, so no WAL. */
  networked: boolean;
}

/** How long to wait for a reader that is looking at the file. */
const BUSY_TIMEOUT_MS = 5000;
/** Pages of the ledger in memory: it is written at its ends and read in order. */
const CACHE_KB = 2 * 1024;
/** The same for temporary tables, in which plans are sorted and compared. */
const TEMPORARY_CACHE_KB = 2 * 1024;
/** A checkpoint copies so many pages at once; fewer checkpoints mean fewer waits for the disk. */
const CHECKPOINT_PAGES = 4000;
/** What a large commit leaves of the WAL once it is copied. */
const WAL_BYTES_KEPT = 32 * 1024 * 1024;

/** An open ledger file, its lock held. */
export class LedgerFile {
  readonly database: DatabaseSync;
  readonly #lock: LedgerLock | null;
  readonly #options: LedgerFileOptions;
  readonly #inode: bigint | null;

  private constructor(database: DatabaseSync, lock: LedgerLock | null, options: LedgerFileOptions) {
    this.database = database;
    this.#lock = lock;
    this.#options = options;
    this.#inode = inodeOf(options.path);
  }

  /** Opens or makes the file; every reason against it is a `UsageError`. */
  static open(options: LedgerFileOptions): LedgerFile {
    checkSqliteVersion(process.versions.sqlite);
    checkPath(options);
    let lock: LedgerLock | null = null;
    let database: DatabaseSync | null = null;
    try {
      lock = options.temporary ? null : LedgerLock.take(options.path);
      if (lock === null && !options.temporary) throw inUse(options.path, holderOf(options.path));
      if (lock !== null) refuseLacking(options.path, lock.commitsSeen, BUSY_TIMEOUT_MS);
      database = new DatabaseSync(options.path, { timeout: BUSY_TIMEOUT_MS });
      prepare(database, options);
      return new LedgerFile(database, lock, options);
    } catch (error) {
      database?.close();
      lock?.giveUp();
      throw openingError(options.path, error);
    }
  }

  /** Leaves a trace of the commits made outside the file itself. */
  recordCommits(commits: number): void {
    this.#lock?.record(commits);
  }

  /** Throws where the name leads to another file by now, or to none: what is written would be lost with the last handle. */
  checkStillThere(): void {
    if (this.#options.temporary || inodeOf(this.#options.path) === this.#inode) return;
    throw movedLedger(this.#options.path);
  }

  /** Closes for good: what is in the WAL goes into the file, and nothing is left beside it. */
  close(): void {
    if (!this.#options.temporary) putAway(this.database);
    this.database.close();
    if (this.#options.temporary) rmSync(this.#options.path, { force: true });
    this.#lock?.release();
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function checkPath({ path, mode, temporary }: LedgerFileOptions): void {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`The folder ${folder} for the ledger does not exist; create it first.`);
  }
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) {
    if (mode === "open") throw noLedger(path);
  } else if (!file.isFile()) {
    throw new UsageError(`The ledger ${path} is not a file; name another one with --ledger.`);
  } else if (temporary) {
    throw new UsageError(`The temporary ledger ${path} exists already; name another one.`);
  } else if (file.size === 0 && mode === "open") {
    throw noLedger(path);
  }
}

function prepare(database: DatabaseSync, options: LedgerFileOptions): void {
  const tables = queryNumber(database, "SELECT count(*) FROM sqlite_schema");
  const application = queryNumber(database, "PRAGMA application_id");
  const version = queryNumber(database, "PRAGMA user_version");
  const isNew = tables === 0 && application === 0;
  if (!isNew && application !== APPLICATION_ID) throw notALedger(options.path);
  refuseTorn(options.path);
  if (version > SCHEMA_VERSION) {
    throw new UsageError(
      `The ledger ${options.path} was written by a newer Sluice (schema ${version}, this one knows ${SCHEMA_VERSION}); update Sluice.`,
    );
  }
  // Before the WAL: whatever happens to that, the file itself says what it is.
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
  else if (version > 0 && version < SCHEMA_VERSION)
    database.exec(`BEGIN IMMEDIATE; ${upgradeFrom(version)} COMMIT;`);
  configure(database, options);
  if (options.temporary) forgetName(options.path);
  else markHolder(database);
}

function configure(database: DatabaseSync, options: LedgerFileOptions): void {
  const synchronous = options.durability === "power" ? "FULL" : "NORMAL";
  if (options.temporary) {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;");
  } else if (options.networked) {
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = ${synchronous};`,
    );
  } else {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    database.exec(
      `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};`,
    );
  }
  database.exec(`PRAGMA cache_size = -${CACHE_KB}; PRAGMA temp_store = FILE;`);
  database.exec(`PRAGMA temp.cache_size = -${TEMPORARY_CACHE_KB}; PRAGMA temp.journal_mode = MEMORY;`);
}

/** A temporary file loses its name at once where the system allows it: not even a kill leaves it behind. */
function forgetName(path: string): void {
  if (process.platform !== "win32") rmSync(path, { force: true });
}

function markHolder(database: DatabaseSync): void {
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  database
    .prepare("INSERT INTO meta VALUES ('holder', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value")
    .run(JSON.stringify(holder));
}

/** At rest the file is in the rollback mode, so that looking at it makes no -wal and -shm. A reader may be in the way. */
function putAway(database: DatabaseSync): void {
  try {
    database.exec("DELETE FROM meta WHERE name = 'holder'; PRAGMA journal_mode = DELETE;");
  } catch {
    // Closing copies the WAL all the same, unless the reader stays.
  }
}
