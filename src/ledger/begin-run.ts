import type { DatabaseSync } from "node:sqlite";
import type { BeginOptions, RunStart } from "../model/ledger.ts";
import { moveRows } from "./book.ts";
import { type Copies, IS_LEADER, indexRequests } from "./copies.ts";
import type { LedgerState } from "./ledger-state.ts";
import type { IntentResolver } from "./resolve-intents.ts";
import { FIRST_SETTLED, openRows, ROW, reopenings } from "./row-states.ts";

const NO_COPIES = { settled: 0, first: Number.POSITIVE_INFINITY };

/** Opens the rows that this run sends, by the table of what a rerun sends; says what there is to do. */
export function beginRun(
  database: DatabaseSync,
  state: LedgerState,
  intents: IntentResolver,
  copies: Copies,
  options: BeginOptions,
): RunStart {
  const { dedupe = false } = options;
  state.dedupe = dedupe;
  indexRequests(database, dedupe);
  const known = state.transaction(() => {
    intents.resolve();
    reopen(database, state, options);
    const { states } = state.book;
    const anyLeader = (states[ROW.answered] ?? 0) + (states[ROW.rejected] ?? 0) > 0;
    const settled = dedupe && anyLeader ? copies.settleOrphans() : NO_COPIES;
    if (openRows(state.book.states) > 0) {
      database.exec(`UPDATE plan SET attempts = 0 WHERE state < ${FIRST_SETTLED} AND attempts > 0`);
    }
    return settled;
  });
  state.reopening = reopenings(options);
  const start = whatToDo(database, state);
  if (start.lanes.length > 1) indexLanes(database);
  if (!dedupe) return start;
  const counted = { waiting: openRows(state.book.states) - start.todo, settled: known.settled };
  return { ...start, firstTodo: Math.min(start.firstTodo, known.first), copies: counted };
}

/** A lane finds its rows by itself; with a single lane the plan's own order serves. */
export function indexLanes(database: DatabaseSync): void {
  database.exec(`CREATE INDEX IF NOT EXISTS plan_open ON plan(lane, idx) WHERE state < ${FIRST_SETTLED}`);
}

function reopen(database: DatabaseSync, { book }: LedgerState, options: BeginOptions): void {
  const due = [...reopenings(options)].filter(([from, to]) => from !== to && (book.states[from] ?? 0) > 0);
  if (due.length === 0) return;
  if (due.some(([from]) => from === ROW.unsent)) forgetUnsent(database);
  const cases = due.map(([from, to]) => `WHEN ${from} THEN ${to}`).join(" ");
  const froms = due.map(([from]) => from).join(",");
  database.exec(`UPDATE plan SET state = CASE state ${cases} END WHERE state IN (${froms})`);
  // Counted from before the move: a chain such as held → againHeld must not carry its rows on.
  const counts = due.map(([from, to]) => ({ from, to, rows: book.states[from] ?? 0 }));
  for (const { from, to, rows } of counts) moveRows(book, from, to, rows);
}

/** A row that was not sent has no answer to keep: its reason is about a run that is over. */
function forgetUnsent(database: DatabaseSync): void {
  database.exec(`
    DELETE FROM answer WHERE id IN (SELECT answer FROM plan WHERE state = ${ROW.unsent});
    UPDATE plan SET answer = NULL WHERE state = ${ROW.unsent};
  `);
}

function whatToDo(database: DatabaseSync, { book, dedupe, words }: LedgerState): RunStart {
  if (openRows(book.states) === 0) return { todo: 0, lanes: [], firstTodo: Number.POSITIVE_INFINITY };
  const lanes = database
    .prepare(
      `SELECT lane, count(*) AS rows, min(idx) AS first FROM plan
       WHERE state < ${FIRST_SETTLED} AND ${dedupe ? IS_LEADER : "TRUE"}
       GROUP BY lane ORDER BY first`,
    )
    .all()
    .map(({ lane, rows, first }) => ({
      lane: words.text(Number(lane)) ?? "",
      rows: Number(rows),
      first: Number(first),
    }));
  return {
    todo: lanes.reduce((sum, { rows }) => sum + rows, 0),
    lanes: lanes.map(({ lane, rows }) => ({ lane, rows })),
    firstTodo: Math.min(...lanes.map(({ first }) => first)),
  };
}
