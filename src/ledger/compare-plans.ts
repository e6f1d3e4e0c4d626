import type { DatabaseSync } from "node:sqlite";
import type { PlanComparison } from "../model/ledger.ts";
import type { LedgerState } from "./ledger-state.ts";
import { FOUND } from "./match-plans.ts";
import { ROW } from "./row-states.ts";
import { KIND } from "./staging.ts";
import { textStored } from "./stored-text.ts";

/** Duplicates told by name, and lines told of each. */
const SHOWN = 20;

/** What adopting the staged plan would change; `matchPlans` has run. */
export function comparePlans(database: DatabaseSync, { book }: LedgerState): PlanComparison {
  const kinds = row(
    database,
    `SELECT count(*) AS n, coalesce(sum(kind = ${KIND.blank}), 0) AS blank,
       coalesce(sum(kind = ${KIND.invalid}), 0) AS invalid, coalesce(max(given), 0) AS given FROM temp.staged`,
  );
  const again = row(
    database,
    `SELECT count(*) AS n, coalesce(sum(plan.cost), 0) AS cost, coalesce(sum(plan.cost IS NULL), 0) AS unknown
     FROM temp.link JOIN main.plan ON plan.idx = link.ref
     WHERE how <> ${FOUND.sameRequest} AND plan.state = ${ROW.answered}`,
  );
  const leaving = row(
    database,
    `SELECT count(*) AS n FROM main.plan
     WHERE state = ${ROW.answered} AND idx NOT IN (SELECT ref FROM temp.claimed)`,
  );
  const blank = kinds.blank ?? 0;
  return {
    rows: (kinds.n ?? 0) - blank,
    blank,
    invalid: kinds.invalid ?? 0,
    duplicates: kinds.given === 1 ? duplicates(database) : { total: 0, first: [] },
    inCommon: row(database, "SELECT count(*) AS n FROM temp.link").n ?? 0,
    previousRows: book.rows - (book.states[ROW.blank] ?? 0),
    previousAnswered: book.states[ROW.answered] ?? 0,
    askedAgain: { rows: again.n ?? 0, cost: again.cost ?? 0, unknownCost: again.unknown ?? 0 },
    leaving: leaving.n ?? 0,
  };
}

function duplicates(database: DatabaseSync): PlanComparison["duplicates"] {
  database.exec(`
    CREATE TEMP TABLE twin(identity BLOB PRIMARY KEY, first INTEGER) WITHOUT ROWID;
    INSERT INTO temp.twin SELECT identity, min(idx) FROM temp.staged
      WHERE given = 1 AND kind = ${KIND.request} GROUP BY identity HAVING count(*) > 1;
  `);
  const total = row(database, "SELECT count(*) AS n FROM temp.twin").n ?? 0;
  const found = total === 0 ? [] : linesOfTwins(database);
  database.exec("DROP TABLE temp.twin");
  const lines = new Map<string, number[]>();
  for (const { id, line } of found) {
    const known = lines.get(id);
    if (known === undefined) lines.set(id, [line]);
    else known.push(line);
  }
  return { total, first: [...lines].map(([customId, at]) => ({ customId, lines: at })) };
}

function linesOfTwins(database: DatabaseSync): { id: string; line: number }[] {
  return database
    .prepare(
      `SELECT custom_id, line FROM (
         SELECT staged.custom_id, staged.line, shown.first,
           row_number() OVER (PARTITION BY staged.identity ORDER BY staged.idx) AS nth
         FROM temp.staged JOIN (SELECT * FROM temp.twin ORDER BY first LIMIT ${SHOWN}) AS shown
           ON shown.identity = staged.identity
         WHERE staged.given = 1 AND staged.kind = ${KIND.request})
       WHERE nth <= ${SHOWN} ORDER BY first, nth`,
    )
    .all()
    .map(({ custom_id, line }) => ({ id: textStored(custom_id) ?? "", line: Number(line) }));
}

function row(database: DatabaseSync, sql: string): Record<string, number> {
  return (database.prepare(sql).get() ?? {}) as Record<string, number>;
}
