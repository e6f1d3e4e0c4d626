import type { DatabaseSync } from "node:sqlite";
import type { LedgerInfo } from "../model/ledger.ts";
import { totalsOf } from "./book.ts";
import { PENDING } from "./codes.ts";
import type { LedgerState } from "./ledger-state.ts";
import { queryNumbers } from "./query-numbers.ts";
import { FIRST_SETTLED, ROW } from "./row-states.ts";

/**
 * How the ledger stands. `inFlight`: a run lives, so that intents without an ending are its own and nothing of them
 * is unknown yet.
 */
export function describeLedger(database: DatabaseSync, state: LedgerState, inFlight: boolean): LedgerInfo {
  const { book } = state;
  return {
    settings: state.settings(),
    rows: book.rows,
    simulated: book.heard === 0 ? null : book.simulated > 0,
    output: book.output,
    totals: totalsOf(book),
    unknown: unknownRows(database, state, inFlight),
  };
}

function unknownRows(
  database: DatabaseSync,
  { book }: LedgerState,
  inFlight: boolean,
): LedgerInfo["unknown"] {
  const lost = (book.states[ROW.lost] ?? 0) > 0 ? lostRows(database) : { rows: 0, atRisk: 0, unpriced: 0 };
  if (inFlight || book.pending === 0) return lost;
  const pending = queryNumbers(
    database,
    `SELECT coalesce(sum(at_risk), 0) AS atRisk, coalesce(sum(at_risk IS NULL), 0) AS unpriced FROM attempt
     WHERE id >= ${book.pendingFrom} AND ending = ${PENDING}`,
  );
  const rows = queryNumbers(
    database,
    `SELECT count(DISTINCT attempt.idx) AS n FROM attempt JOIN plan ON plan.idx = attempt.idx
     WHERE attempt.id >= ${book.pendingFrom} AND ending = ${PENDING}
       AND plan.state < ${FIRST_SETTLED} AND plan.state <> ${ROW.lost}`,
  );
  return {
    rows: lost.rows + (rows.n ?? 0),
    atRisk: lost.atRisk + (pending.atRisk ?? 0),
    unpriced: lost.unpriced + (pending.unpriced ?? 0),
  };
}

function lostRows(database: DatabaseSync): LedgerInfo["unknown"] {
  const row = queryNumbers(
    database,
    `SELECT count(*) AS n, sum(risk) AS atRisk, sum(unpriced) AS unpriced FROM plan WHERE state = ${ROW.lost}`,
  );
  return { rows: row.n ?? 0, atRisk: row.atRisk ?? 0, unpriced: row.unpriced ?? 0 };
}
