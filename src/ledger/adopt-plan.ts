import type { DatabaseSync } from "node:sqlite";
import { isOutdated } from "../model/ledger.ts";
import type { PlanSettings } from "../model/plan.ts";
import { noRows } from "./book.ts";
import { statusCode } from "./codes.ts";
import type { LedgerState } from "./ledger-state.ts";
import { FOUND } from "./match-plans.ts";
import type { IntentResolver } from "./resolve-intents.ts";
import { FIRST_SETTLED, ROW } from "./row-states.ts";
import { createPlan } from "./schema.ts";
import { KIND } from "./staging.ts";
import { INVALID_ROW } from "./unsent-record.ts";

/**
 * Makes the staged rows the plan, in one transaction: rows that were recognised keep what became of them, the others
 * retire with their answers. `matchPlans` has run.
 */
export function adoptPlan(
  database: DatabaseSync,
  state: LedgerState,
  intents: IntentResolver,
  settings: PlanSettings,
  changed: "ask-again" | "keep",
): void {
  state.transaction(() => {
    intents.resolve();
    if (!isOutdated(state.book.output)) state.book.shown = state.book.plan;
    const carried = carries(changed);
    if (state.book.rows > 0 || state.book.retired > 0) retire(database, state, carried);
    enterInvalid(database, state);
    makePlan(database, carried);
    outdateOutput(database, state);
    replacePlan(database);
    state.book.plan += 1;
    recount(database, state);
    state.remember(settings);
  });
}

/** Which links bring the old row's standing along. */
function carries(changed: "ask-again" | "keep"): string {
  const same = `link.how IN (${FOUND.sameRequest}, ${FOUND.inOutput})`;
  return changed === "keep" ? `(${same} OR plan.state = ${ROW.answered})` : same;
}

/** Rows with nothing to lose (never sent, blank, bad) are forgotten; a retired row that came back is in the plan. */
function retire(database: DatabaseSync, state: LedgerState, carried: string): void {
  const kept = `state NOT IN (${ROW.todo}, ${ROW.unsent}, ${ROW.invalid}, ${ROW.blank})`;
  database.exec(`
    DELETE FROM answer WHERE id IN (SELECT answer FROM plan WHERE state IN (${ROW.unsent}, ${ROW.invalid}));
    INSERT INTO retired(identity, given, request, source, custom_id, state, answer, attempts, cost, risk, unpriced,
        plan, idx, asked)
      SELECT identity, given, request, source, custom_id, state, answer, attempts, cost, risk, unpriced,
        ${state.book.plan}, idx, asked
      FROM plan WHERE ${kept} AND idx NOT IN (
        SELECT link.ref FROM temp.link JOIN plan ON plan.idx = link.ref WHERE ${carried});
  `);
}

/** Bad rows are outcomes of their own: each has its reason, and its place among the settled. */
function enterInvalid(database: DatabaseSync, { book, words }: LedgerState): void {
  database.exec(`
    CREATE TEMP TABLE IF NOT EXISTS bad(idx INTEGER PRIMARY KEY, answer INTEGER);
    DELETE FROM temp.bad;
    INSERT INTO temp.bad SELECT idx, ${book.nextAnswer - 1} + row_number() OVER (ORDER BY idx)
      FROM temp.staged WHERE kind = ${KIND.invalid};
  `);
  const { changes } = database
    .prepare(
      `INSERT INTO answer(id, plan, idx, status, error_code, error_message, simulated, wall)
       SELECT bad.answer, ?, staged.idx, ?, ?, staged.problem, 0, 0
       FROM temp.bad JOIN temp.staged USING (idx) ORDER BY bad.answer`,
    )
    .run(book.plan + 1, statusCode("unsent"), words.number(INVALID_ROW));
  book.nextAnswer += Number(changes);
}

function makePlan(database: DatabaseSync, carried: string): void {
  const old = (column: string) => `CASE WHEN ${carried} THEN coalesce(plan.${column}, retired.${column}) END`;
  const state = old("state");
  database.exec(`
    ${createPlan("next_plan")};
    INSERT INTO next_plan
      SELECT staged.idx, staged.line, staged.start, staged.size, staged.identity, staged.given, staged.request,
        staged.source, staged.custom_id, staged.lane,
        CASE WHEN staged.kind = ${KIND.blank} THEN ${ROW.blank}
             WHEN staged.kind = ${KIND.invalid} THEN ${ROW.invalid}
             WHEN ${state} = ${ROW.unsent} THEN ${ROW.todo}
             ELSE coalesce(${state}, ${ROW.todo}) END,
        CASE WHEN bad.answer IS NOT NULL THEN bad.answer
             WHEN ${state} = ${ROW.unsent} THEN NULL ELSE ${old("answer")} END,
        coalesce(${old("attempts")}, 0), ${old("cost")},
        coalesce(${old("risk")}, 0), coalesce(${old("unpriced")}, 0),
        CASE WHEN link.how <> ${FOUND.inOutput}
          THEN nullif(coalesce(${old("asked")}, ${old("request")}), staged.request) END
      FROM temp.staged
        LEFT JOIN temp.link ON link.idx = staged.idx
        LEFT JOIN plan ON plan.idx = link.ref
        LEFT JOIN retired ON retired.id = -1 - link.ref
        LEFT JOIN temp.bad ON bad.idx = staged.idx
      ORDER BY staged.idx;
    DELETE FROM retired WHERE id IN (SELECT -1 - ref FROM temp.link WHERE ref < 0);
  `);
}

/**
 * OUTPUT shows rows of the plan that goes: unless the same rows stand at the same places of the next one, it has to
 * be written again, whatever happens before it is. `nextIndex` 0 beside bytes says so.
 */
function outdateOutput(database: DatabaseSync, { book }: LedgerState): void {
  const { output } = book;
  if (output === null || output.nextIndex === 0) return;
  // In completion order any row may be among those written.
  const shown =
    output.order === "input" ? `plan.idx < ${output.nextIndex}` : `plan.state >= ${FIRST_SETTLED}`;
  const moved = database
    .prepare(
      `SELECT 1 FROM plan LEFT JOIN next_plan USING (idx)
       WHERE ${shown} AND (next_plan.idx IS NULL OR next_plan.line <> plan.line
         OR next_plan.custom_id IS NOT plan.custom_id OR next_plan.state <> plan.state
         OR next_plan.source <> plan.source
         OR (plan.state <> ${ROW.invalid} AND next_plan.answer IS NOT plan.answer))
       LIMIT 1`,
    )
    .get();
  if (moved !== undefined) book.output = { ...output, nextIndex: 0 };
}

function replacePlan(database: DatabaseSync): void {
  database.exec(`
    DROP TABLE plan;
    ALTER TABLE next_plan RENAME TO plan;
  `);
}

function recount(database: DatabaseSync, { book }: LedgerState): void {
  book.states = noRows();
  book.rows = 0;
  for (const { state, rows } of database
    .prepare("SELECT state, count(*) AS rows FROM plan GROUP BY state")
    .all()) {
    book.states[Number(state)] = Number(rows);
    book.rows += Number(rows);
  }
  const retired = database
    .prepare("SELECT count(*) AS rows, coalesce(sum(plan >= ? AND state = ?), 0) AS left FROM retired")
    .get(book.shown, ROW.answered);
  book.retired = Number(retired?.rows);
  book.left = Number(retired?.left);
}
