import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AppendedRow } from "../model/ledger.ts";
import type { PlanRow } from "../model/plan.ts";
import { Answers } from "./answers.ts";
import { indexLanes } from "./begin-run.ts";
import { moveRows } from "./book.ts";
import type { LedgerState } from "./ledger-state.ts";
import { IDENTITY_ASKED } from "./match-plans.ts";
import { FIRST_SETTLED, ROW } from "./row-states.ts";
import { storedText } from "./stored-text.ts";
import { DUPLICATE_ID, INVALID_ROW, unsentRecord } from "./unsent-record.ts";

interface Carried {
  id: number | null;
  /** The plan it left. */
  plan: number;
  state: number;
  answer: number | null;
  cost: number | null;
  attempts: number;
  risk: number;
  unpriced: number;
  asked: Uint8Array | null;
}

const NEW_ROW: Carried = {
  id: null,
  plan: 0,
  state: ROW.todo,
  answer: null,
  cost: null,
  attempts: 0,
  risk: 0,
  unpriced: 0,
  asked: null,
};

/** Enters rows at the end of the plan while a run goes on; a retired row with the same request comes back. */
export class Appender {
  readonly #database: DatabaseSync;
  readonly #state: LedgerState;
  readonly #answers: Answers;
  #lane: number | null = null;
  #lanesIndexed = false;
  #statements: {
    insert: StatementSync;
    twin: StatementSync;
    find: StatementSync;
    take: StatementSync;
  } | null = null;

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#database = database;
    this.#state = state;
    this.#answers = new Answers(database, state);
  }

  append(row: PlanRow): AppendedRow {
    const { book, words } = this.#state;
    const { insert } = this.#prepared();
    const index = book.rows;
    const duplicate = row.kind === "request" && row.keyGiven && this.#isTwin(row);
    const standing =
      duplicate || row.kind !== "request" ? this.#nothingToSend(row, index, duplicate) : this.#returned(row);
    const lane = words.number(row.lane);
    insert.run(
      ...[
        index,
        row.line,
        row.offset,
        row.length,
        row.key,
        row.keyGiven ? 1 : 0,
        row.requestHash,
        row.sourceHash,
      ],
      ...[storedText(row.customId), lane, standing.state, standing.answer, standing.attempts, standing.cost],
      ...[standing.risk, standing.unpriced, standing.asked],
    );
    book.rows += 1;
    moveRows(book, null, standing.state);
    this.#seeLane(lane);
    return { index, settled: standing.state >= FIRST_SETTLED, duplicate };
  }

  #isTwin(row: PlanRow): boolean {
    return this.#prepared().twin.get(row.key) !== undefined;
  }

  #nothingToSend(row: PlanRow, index: number, duplicate: boolean): Carried {
    if (row.kind === "blank") return { ...NEW_ROW, state: ROW.blank };
    const error = duplicate
      ? { code: DUPLICATE_ID, message: `custom_id "${row.customId}" was given before` }
      : { code: INVALID_ROW, message: row.problem ?? "the row cannot be read" };
    const { record, outcome } = unsentRecord(index, error);
    return { ...NEW_ROW, state: ROW.invalid, answer: this.#answers.add(record, outcome) };
  }

  #returned(row: PlanRow): Carried {
    const { book } = this.#state;
    if (book.retired === 0) return NEW_ROW;
    const { find, take } = this.#prepared();
    const found = find.get(row.key, row.requestHash) as unknown as Carried | undefined;
    if (found === undefined) return NEW_ROW;
    take.run(found.id);
    book.retired -= 1;
    if (found.plan >= book.shown && found.state === ROW.answered) book.left -= 1;
    const state = this.#state.reopening?.get(found.state) ?? found.state;
    return { ...found, state, attempts: state < FIRST_SETTLED ? 0 : found.attempts };
  }

  /** A second lane needs the index that a single one does without. */
  #seeLane(lane: number): void {
    if (this.#lane !== null && this.#lane !== lane && !this.#lanesIndexed) {
      indexLanes(this.#database);
      this.#lanesIndexed = true;
    }
    this.#lane = lane;
  }

  #prepared() {
    if (this.#statements !== null) return this.#statements;
    this.#database.exec(`
      CREATE INDEX IF NOT EXISTS plan_given ON plan(identity) WHERE given = 1;
      CREATE INDEX IF NOT EXISTS retired_identity ON retired(identity);
      CREATE INDEX IF NOT EXISTS retired_asked ON retired(asked) WHERE asked IS NOT NULL;
    `);
    this.#statements = {
      insert: this.#database.prepare(
        "INSERT INTO plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ),
      twin: this.#database.prepare("SELECT 1 FROM plan WHERE identity = ? AND given = 1 LIMIT 1"),
      find: this.#database.prepare(
        `SELECT id, plan, state, answer, cost, attempts, risk, unpriced, nullif(asked, ?2) AS asked
         FROM retired
         WHERE (identity = ?1 AND request = ?2) OR (asked = ?2 AND ${IDENTITY_ASKED} = ?1)
         ORDER BY state <> ${ROW.answered}, request <> ?2, plan DESC, id LIMIT 1`,
      ),
      take: this.#database.prepare("DELETE FROM retired WHERE id = ?"),
    };
    return this.#statements;
  }

  /** After a rollback or another plan the indexes may be gone, and lanes are counted anew. */
  forget(): void {
    this.#statements = null;
    this.#lanesIndexed = false;
  }
}
