import type { DatabaseSync } from "node:sqlite";
import type { PlanComparison } from "../model/plan.ts";
import { duplicateIds } from "./duplicate-ids.ts";
import type { LedgerState } from "./ledger-state.ts";
import { FOUND } from "./match-plans.ts";
import { queryNumber, queryNumbers } from "./query-numbers.ts";
import { ROW } from "./row-states.ts";
import { KIND } from "./staging.ts";

/** What adopting the staged plan would change; `matchPlans` has run. */
export function comparePlans(database: DatabaseSync, { book }: LedgerState): PlanComparison {
  const kinds = queryNumbers(
    database,
    `SELECT count(*) AS n, coalesce(sum(kind = ${KIND.blank}), 0) AS blank,
       coalesce(sum(kind = ${KIND.invalid}), 0) AS invalid, coalesce(max(given), 0) AS given FROM temp.staged`,
  );
  const again = queryNumbers(
    database,
    `SELECT count(*) AS n, coalesce(sum(plan.cost), 0) AS cost, coalesce(sum(plan.cost IS NULL), 0) AS unknown
     FROM temp.link JOIN main.plan ON plan.idx = link.ref
     WHERE how <> ${FOUND.sameRequest} AND plan.state = ${ROW.answered}`,
  );
  const leaving = queryNumber(
    database,
    `SELECT count(*) FROM main.plan
     WHERE state = ${ROW.answered} AND idx NOT IN (SELECT ref FROM temp.claimed)`,
  );
  const blank = kinds.blank ?? 0;
  return {
    rows: (kinds.n ?? 0) - blank,
    blank,
    invalid: kinds.invalid ?? 0,
    duplicates: kinds.given === 1 ? duplicateIds(database) : { total: 0, first: [] },
    inCommon: queryNumber(database, "SELECT count(*) FROM temp.link"),
    previousRows: book.rows - (book.states[ROW.blank] ?? 0),
    previousAnswered: book.states[ROW.answered] ?? 0,
    askedAgain: { rows: again.n ?? 0, cost: again.cost ?? 0, unknownCost: again.unknown ?? 0 },
    leaving,
  };
}
