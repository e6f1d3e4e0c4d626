import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { KeptAnswer } from "../model/answer-cache.ts";
import { queryNumber } from "./query-numbers.ts";
import { checkSqliteVersion } from "./sqlite-version.ts";
import { storedText, textStored } from "./stored-text.ts";

const FILE = "answers.sqlite";
/** "SLUC": marks an SQLite file as a cache of ours. */
const APPLICATION_ID = 0x534c5543;
const SCHEMA = `
CREATE TABLE IF NOT EXISTS answer(
  key BLOB PRIMARY KEY, http INTEGER NOT NULL, request_id TEXT, finish TEXT, model TEXT, cost INTEGER,
  wall INTEGER NOT NULL, body BLOB NOT NULL);
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = 1;
`;
/** How long one process waits for another that is writing. */
const BUSY_TIMEOUT_MS = 5000;

/** An answer beside what it answers. */
export interface KeyedAnswer extends KeptAnswer {
  key: Uint8Array;
}

/** The one file of a cache: several processes read and write it at once. */
export class CacheFile {
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #insert: StatementSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    this.#find = database.prepare("SELECT * FROM answer WHERE key = ?");
    this.#insert = database.prepare("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  }

  /** Opens or makes it. Throws where it is damaged, not ours, or cannot be written. */
  static open(folder: string): CacheFile {
    checkSqliteVersion(process.versions.sqlite);
    mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(join(folder, FILE), { timeout: BUSY_TIMEOUT_MS });
    try {
      refuseForeign(database, join(folder, FILE));
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
      return new CacheFile(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  find(key: Uint8Array): KeptAnswer | null {
    const row = this.#find.get(key);
    if (row === undefined) return null;
    return {
      httpStatus: Number(row.http),
      requestId: textStored(row.request_id),
      body: row.body as Uint8Array,
      finishReason: textStored(row.finish),
      model: textStored(row.model),
      cost: row.cost === null ? null : Number(row.cost),
      wallTime: Number(row.wall),
    };
  }

  keep(answers: readonly KeyedAnswer[]): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const { key, httpStatus, requestId, finishReason, model, cost, wallTime, body } of answers) {
        const texts = [requestId, finishReason, model].map(storedText);
        this.#insert.run(key, httpStatus, ...texts, cost, Math.round(wallTime), body);
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Gives a damaged file a dated name; returns that. */
export function putAside(folder: string, now: Date): string {
  const path = join(folder, FILE);
  const aside = `${path}.damaged-${now.toISOString().replaceAll(":", "-")}`;
  renameSync(path, aside);
  for (const beside of ["-wal", "-shm"]) rmSync(path + beside, { force: true });
  return aside;
}

function refuseForeign(database: DatabaseSync, path: string): void {
  const tables = queryNumber(database, "SELECT count(*) FROM sqlite_schema");
  const id = queryNumber(database, "PRAGMA application_id");
  const version = queryNumber(database, "PRAGMA user_version");
  if (tables > 0 && id !== APPLICATION_ID) throw new Error(`${path} is a file of another program`);
  if (version > 1) throw new Error(`${path} was written by a newer Sluice`);
}
