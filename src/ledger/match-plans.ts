import type { DatabaseSync } from "node:sqlite";
import type { LedgerState } from "./ledger-state.ts";
import { ROW } from "./row-states.ts";
import { KIND } from "./staging.ts";

/** The identity under which a kept answer was given, of a row with `asked`. */
export const IDENTITY_ASKED = "CASE given WHEN 1 THEN identity ELSE asked END";

/** How a staged row was recognised, in `temp.link`. */
export const FOUND = { sameRequest: 1, sameId: 2, sameLine: 3, inOutput: 4 } as const;

/**
 * Recognises staged rows among those of the current plan and the retired ones, set by set: every step sorts and
 * joins inside SQLite, so a million rows need no more memory than a thousand.
 *
 *   1. the same identity and the same request: whatever became of the row is its own
 *   2. the same for the identity and the request that a kept answer was given to: the way back to them
 *   3. an answer that only OUTPUT still had when the ledger was recovered: the same given id, else the same line
 *   4. the same line and the same request, under another name: the column that names rows changed
 *   5. the same given id, another request
 *   6. the same line, another request: model, prompt or parameters changed
 *
 * Rows that are equal are interchangeable, so they are paired by rank, the answered ones first: when one of three
 * equal rows is deleted, the unanswered one is missed. `temp.link` holds (idx, how, ref), `ref` being the index in
 * the current plan or, below zero, −1 − id of a retired row.
 */
export function matchPlans(database: DatabaseSync, state: LedgerState): void {
  database.exec(`
    DROP TABLE IF EXISTS temp.link;
    DROP TABLE IF EXISTS temp.claimed;
    CREATE TEMP TABLE link(idx INTEGER PRIMARY KEY, how INTEGER, ref INTEGER);
    CREATE TEMP TABLE claimed(ref INTEGER PRIMARY KEY);
  `);
  if (state.book.rows === 0 && state.book.retired === 0) return;
  matchSameRequest(database);
  matchKept(database);
  matchFound(database);
  claim(database, FOUND.sameRequest);
  if (!anyLeft(database)) return;
  matchOthers(database, FOUND.sameRequest, "source || request", "TRUE");
  claim(database, FOUND.sameRequest);
  matchOthers(database, FOUND.sameId, "identity", "given = 1");
  claim(database, FOUND.sameId);
  matchOthers(database, FOUND.sameLine, "source", "TRUE");
  claim(database, FOUND.sameLine);
}

function matchSameRequest(database: DatabaseSync): void {
  database.exec(`
    CREATE TEMP TABLE arrival(identity BLOB, request BLOB, rank INTEGER, idx INTEGER,
      PRIMARY KEY(identity, request, rank)) WITHOUT ROWID;
    INSERT INTO temp.arrival
      SELECT identity, request, row_number() OVER (PARTITION BY identity, request ORDER BY idx), idx
      FROM temp.staged WHERE kind = ${KIND.request};
    CREATE TEMP TABLE former(identity BLOB, request BLOB, rank INTEGER, ref INTEGER,
      PRIMARY KEY(identity, request, rank)) WITHOUT ROWID;
    INSERT INTO temp.former
      SELECT identity, request, row_number() OVER (
        PARTITION BY identity, request ORDER BY state <> ${ROW.answered}, ref < 0, abs(ref)), ref
      FROM (SELECT identity, request, state, idx AS ref FROM main.plan WHERE state < ${ROW.invalid}
            UNION ALL SELECT identity, request, state, -1 - id FROM main.retired);
    INSERT INTO temp.link
      SELECT arrival.idx, ${FOUND.sameRequest}, former.ref
      FROM temp.former CROSS JOIN temp.arrival USING (identity, request, rank) ORDER BY arrival.idx;
    DROP TABLE temp.arrival;
    DROP TABLE temp.former;
  `);
}

/** A kept answer (`--changed keep`) is the answer of both requests: the one it was kept for, and the one it was given to. */
function matchKept(database: DatabaseSync): void {
  const kept = (table: string, ref: string) =>
    `SELECT ${IDENTITY_ASKED} || asked AS word, state, ${ref} AS ref FROM main.${table} WHERE asked IS NOT NULL`;
  const all = `SELECT * FROM (${kept("plan", "idx")} UNION ALL ${kept("retired", "-1 - id")})`;
  if (database.prepare(`${all} LIMIT 1`).get() === undefined) return;
  claim(database, FOUND.sameRequest);
  const free = `${all} WHERE ref NOT IN (SELECT ref FROM temp.claimed)`;
  pair(database, FOUND.sameRequest, "identity || request", "TRUE", free);
}

/** What a recovery found in OUTPUT has no request of its own: the row it belongs to brings one. */
function matchFound(database: DatabaseSync): void {
  const found = "state, -1 - id AS ref FROM main.retired WHERE request = x''";
  if (database.prepare(`SELECT ${found} LIMIT 1`).get() === undefined) return;
  pair(
    database,
    FOUND.inOutput,
    "custom_id",
    "given = 1",
    `SELECT custom_id AS word, ${found} AND given = 1`,
  );
  pair(database, FOUND.inOutput, "source", "TRUE", `SELECT source AS word, ${found} AND given = 0`);
}

/** Pairs what is left on both sides, by one column; retired rows are past being asked again. */
function matchOthers(database: DatabaseSync, how: number, column: string, condition: string): void {
  pair(
    database,
    how,
    column,
    condition,
    `SELECT ${column} AS word, state, idx AS ref FROM main.plan
     WHERE state < ${ROW.invalid} AND ${condition} AND idx NOT IN (SELECT ref FROM temp.claimed)`,
  );
}

function pair(database: DatabaseSync, how: number, column: string, condition: string, formers: string): void {
  database.exec(`
    CREATE TEMP TABLE arrival(word BLOB, rank INTEGER, idx INTEGER, PRIMARY KEY(word, rank)) WITHOUT ROWID;
    INSERT INTO temp.arrival
      SELECT ${column}, row_number() OVER (PARTITION BY ${column} ORDER BY idx), idx FROM temp.staged
      WHERE kind = ${KIND.request} AND ${condition} AND idx NOT IN (SELECT idx FROM temp.link);
    CREATE TEMP TABLE former(word BLOB, rank INTEGER, ref INTEGER, PRIMARY KEY(word, rank)) WITHOUT ROWID;
    INSERT INTO temp.former
      SELECT word, row_number() OVER (PARTITION BY word ORDER BY state <> ${ROW.answered}, abs(ref)), ref
      FROM (${formers});
    INSERT INTO temp.link
      SELECT arrival.idx, ${how}, former.ref
      FROM temp.former CROSS JOIN temp.arrival USING (word, rank) ORDER BY arrival.idx;
    DROP TABLE temp.arrival;
    DROP TABLE temp.former;
  `);
}

function claim(database: DatabaseSync, how: number): void {
  database.exec(
    `INSERT OR IGNORE INTO temp.claimed SELECT ref FROM temp.link WHERE how = ${how} ORDER BY ref`,
  );
}

/** True when a staged request and a row of the current plan are both without a counterpart. */
function anyLeft(database: DatabaseSync): boolean {
  const row = database
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM temp.staged WHERE kind = ${KIND.request}
                      AND idx NOT IN (SELECT idx FROM temp.link))
          AND EXISTS (SELECT 1 FROM main.plan WHERE state < ${ROW.invalid}
                      AND idx NOT IN (SELECT ref FROM temp.claimed)) AS more`,
    )
    .get();
  return row?.more === 1;
}
