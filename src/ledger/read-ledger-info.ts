import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UsageError } from "../model/errors.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import { describeLedger } from "./describe-ledger.ts";
import { type FirstTokens, recentFirstTokens } from "./first-tokens.ts";
import { type LedgerHolder, NOT_YET_KNOWN, readHolder } from "./ledger-holder.ts";
import { commitsNoted } from "./ledger-lock.ts";
import { LedgerState } from "./ledger-state.ts";
import { queryNumber } from "./query-numbers.ts";
import { refuseLacking, refuseTorn } from "./refuse-cut.ts";
import { FIRST_SETTLED, type RerunCounts, ROW, rerunCounts } from "./row-states.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";
import { noLedger, notALedger, openingError } from "./sqlite-errors.ts";
import { checkSqliteVersion } from "./sqlite-version.ts";

/** How long a writer that is opening or closing the file may be in the way. */
const BUSY_TIMEOUT_MS = 500;

/** A ledger as somebody sees it who only looks. */
export interface LedgerReport extends LedgerInfo {
  /** The run that has it open; null when none has. */
  running: LedgerHolder | null;
  /** Null where no answer streamed. */
  firstTokens: FirstTokens | null;
  /** Rows that a rerun would send. */
  rerun: RerunCounts;
}

/**
 * Looks at a ledger without disturbing it: read-only, also while a run writes to it, without a checkpoint and
 * without a file left beside it. Only a change that a killed run left half made is taken back first.
 * @throws UsageError when there is no such ledger or it cannot be read.
 */
export async function readLedgerInfo(path: string): Promise<LedgerReport> {
  checkSqliteVersion(process.versions.sqlite);
  const full = resolve(path);
  if (!statSync(full, { throwIfNoEntry: false })?.isFile()) {
    throw noLedger(path);
  }
  const commits = commitsNoted(full);
  const locked = commits === null;
  let database: DatabaseSync | null = null;
  try {
    if (commits !== null) refuseLacking(full, commits, BUSY_TIMEOUT_MS);
    database = new DatabaseSync(full, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const version = check(database, path);
    if (!locked) refuseTorn(full);
    return inOneView(database, (view) => {
      const state = new LedgerState(view);
      return {
        ...describeLedger(view, state, locked),
        running: locked ? (readHolder(view) ?? NOT_YET_KNOWN) : null,
        firstTokens: recentFirstTokens(view, state, version),
        rerun: rerunCounts(locked ? state.book.states : statesAtBegin(view, state)),
      };
    });
  } catch (error) {
    throw openingError(path, error);
  } finally {
    database?.close();
  }
}

/** The next run begins with it: rows that were in flight when their process died are to be sent again. */
function statesAtBegin(database: DatabaseSync, { book, pending }: LedgerState): number[] {
  const states = [...book.states];
  const stateOf = database.prepare("SELECT state FROM plan WHERE idx = ?");
  for (const index of new Set([...pending.entries()].map(([row]) => row))) {
    const state = Number(stateOf.get(index)?.state ?? FIRST_SETTLED);
    if (state >= FIRST_SETTLED) continue;
    states[state] = (states[state] ?? 0) - 1;
    states[ROW.lost] = (states[ROW.lost] ?? 0) + 1;
  }
  return states;
}

/** All reads see the same commit. */
function inOneView<Result>(database: DatabaseSync, read: (database: DatabaseSync) => Result): Result {
  database.exec("BEGIN");
  const result = read(database);
  database.exec("COMMIT");
  return result;
}

/** As a run leaves it that was killed while it made the file. */
function isEmpty(database: DatabaseSync): boolean {
  return queryNumber(database, "SELECT count(*) FROM sqlite_schema") === 0;
}

/** Returns the schema. */
function check(database: DatabaseSync, path: string): number {
  const application = queryNumber(database, "PRAGMA application_id");
  const version = queryNumber(database, "PRAGMA user_version");
  if (application === 0 && isEmpty(database)) throw noLedger(path);
  if (application !== APPLICATION_ID) throw notALedger(path);
  if (version > SCHEMA_VERSION) {
    throw new UsageError(`The ledger ${path} was written by a newer Sluice; update Sluice.`);
  }
  return version;
}
