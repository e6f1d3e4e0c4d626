import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import { LINE_LABEL, labelOfLine } from "../model/request.ts";
import { Answers } from "./answers.ts";
import { Attempts } from "./attempts.ts";
import { moveRows } from "./book.ts";
import type { LedgerState } from "./ledger-state.ts";
import { ROW } from "./row-states.ts";
import { storedText } from "./stored-text.ts";

/** An answer as OUTPUT shows it. */
export interface FoundAnswer {
  /** The row's custom_id, or the label that stands for its line. */
  label: string;
  line: number;
  /** The hash of the row's line of INPUT; null where nobody said which INPUT that is. */
  source: Uint8Array | null;
  httpStatus: number;
  requestId: string | null;
  body: Uint8Array;
}

export interface PlacedAnswers {
  /** Taken for rows of the ledger, and for rows that only OUTPUT knows. */
  saved: number;
  /** Answers of rows that are known by their line alone, with no INPUT to hold it against. */
  unplaced: number;
}

const NO_BYTES = new Uint8Array(0);
const ORIGIN = "OUTPUT";

/** Puts what OUTPUT still shows into a salvaged ledger, where that has no answer itself. */
export class FoundAnswers {
  readonly counts: PlacedAnswers = { saved: 0, unplaced: 0 };
  /** Of those saved, the ones whose row the ledger has lost. */
  withoutRow = 0;
  readonly #state: LedgerState;
  readonly #attempts: Attempts;
  readonly #answers: Answers;
  readonly #find: StatementSync;
  readonly #missing: StatementSync;
  readonly #settle: StatementSync;
  readonly #retire: StatementSync;
  readonly #isCurrent: boolean;

  /** `isCurrent`: OUTPUT shows the plan that the ledger holds, as far as anybody can tell. */
  constructor(database: DatabaseSync, state: LedgerState, isCurrent: boolean) {
    this.#state = state;
    this.#isCurrent = isCurrent;
    this.#attempts = new Attempts(database, state);
    this.#answers = new Answers(database, state);
    database.exec(`
      CREATE TEMP TABLE place(label, idx INTEGER, PRIMARY KEY(label, idx)) WITHOUT ROWID;
      INSERT INTO temp.place SELECT coalesce(custom_id, '${LINE_LABEL}' || line), idx FROM plan
        WHERE state < ${ROW.invalid};
    `);
    // An id may be the label of another row, which is told by its line.
    this.#find = database.prepare(
      `SELECT plan.idx, state, source FROM temp.place JOIN plan USING (idx)
       WHERE label = ?1 AND (custom_id IS NOT NULL OR line = ?2) ORDER BY line <> ?2 LIMIT 1`,
    );
    this.#missing = database.prepare("SELECT cost FROM temp.missing WHERE idx = ?");
    this.#settle = database.prepare("UPDATE plan SET state = ?, answer = ? WHERE idx = ?");
    this.#retire = database.prepare(
      `INSERT INTO retired(identity, given, request, source, custom_id, state, answer, attempts, risk, unpriced,
         plan, idx)
       VALUES (?, ?, ?, ?, ?, ${ROW.answered}, ?, 1, 0, 0, 0, -1)`,
    );
  }

  add(found: readonly FoundAnswer[]): void {
    this.#state.transaction(() => {
      for (const answer of found) this.#place(answer);
    });
  }

  #place(found: FoundAnswer): void {
    const row = this.#find.get(storedText(found.label), found.line);
    if (row === undefined) {
      this.#keepForItsRow(found);
      return;
    }
    if (Number(row.state) === ROW.answered) return;
    const isSame = found.source !== null && Buffer.from(found.source).equals(row.source as Uint8Array);
    if (!this.#isCurrent && !isSame) this.counts.unplaced += 1;
    else this.#answer(Number(row.idx), Number(row.state), found);
  }

  /** The ledger knew the answer, and its cost, or never had it. */
  #answer(index: number, state: number, found: FoundAnswer): void {
    this.counts.saved += 1;
    const missing = this.#missing.get(index);
    if (missing === undefined) {
      this.#attempts.settle(recordOf(index, found, null));
      return;
    }
    const record = recordOf(index, found, missing.cost === null ? null : Number(missing.cost));
    this.#settle.run(ROW.answered, this.#answers.add(record, record.outcome), index);
    moveRows(this.#state.book, state, ROW.answered);
  }

  /** Its row is recognised when it passes the door: by its id, else by its line of INPUT. */
  #keepForItsRow(found: FoundAnswer): void {
    const hasId = found.label !== labelOfLine(found.line);
    if (!hasId && found.source === null) {
      this.counts.unplaced += 1;
      return;
    }
    const answer = this.#state.book.nextAnswer;
    this.#attempts.settle(recordOf(-1, found, null));
    const source = hasId ? NO_BYTES : (found.source ?? NO_BYTES);
    this.#retire.run(NO_BYTES, hasId ? 1 : 0, NO_BYTES, source, storedText(found.label), answer);
    this.#state.book.retired += 1;
    this.counts.saved += 1;
    this.withoutRow += 1;
  }
}

function recordOf(
  index: number,
  { httpStatus, requestId, body }: FoundAnswer,
  cost: number | null,
): AttemptRecord & { outcome: OutcomeRecord } {
  return {
    index,
    ending: "answered",
    code: "found-in-output",
    httpStatus,
    atRisk: 0,
    cost,
    counts: true,
    latencyMs: 0,
    firstTokenMs: null,
    wallTime: 0,
    isHedge: false,
    outcome: {
      status: "answered",
      held: false,
      requestId,
      body,
      error: null,
      finishReason: null,
      usage: null,
      cost,
      costSource: null,
      simulated: false,
      origin: ORIGIN,
      model: null,
    },
  };
}
