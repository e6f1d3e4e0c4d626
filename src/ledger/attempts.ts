import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRecord, Intent, OutcomeRecord } from "../model/ledger.ts";
import type { OutcomeError } from "../model/outcome.ts";
import { addUsage } from "../model/usage.ts";
import { Answers } from "./answers.ts";
import { bookRisk, countAttempt, moveRows } from "./book.ts";
import { endingCode, PENDING } from "./codes.ts";
import type { LedgerState } from "./ledger-state.ts";
import { FIRST_SETTLED, ROW, stateAfterAttempt, stateOf, stateWhenSkipped } from "./row-states.ts";
import { unsentRecord } from "./unsent-record.ts";

/** Writes what is sent and what comes of it, within the transaction of whoever calls. */
export class Attempts {
  readonly #state: LedgerState;
  readonly #answers: Answers;
  readonly #row: StatementSync;
  readonly #settleRow: StatementSync;
  readonly #intend: StatementSync;
  readonly #end: StatementSync;
  readonly #withdraw: StatementSync;

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#state = state;
    this.#answers = new Answers(database, state);
    this.#row = database.prepare("SELECT state, answer, cost FROM plan WHERE idx = ?");
    this.#row.setReturnArrays(true);
    this.#settleRow = database.prepare(
      `UPDATE plan SET state = ?, answer = ?, cost = ?, attempts = attempts + ?,
       risk = risk * ? + ?, unpriced = unpriced * ? + ? WHERE idx = ?`,
    );
    this.#intend = database.prepare(
      "INSERT INTO attempt(id, plan, idx, ending, at_risk, intended) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#end = database.prepare(
      `UPDATE attempt SET ending = ?, code = ?, http = ?, cost = ?, at_risk = ?, ended = ?, latency = ?, first_token = ?
       WHERE id = ?`,
    );
    this.#withdraw = database.prepare("DELETE FROM attempt WHERE id = ?");
  }

  intend(intent: Intent): void {
    const { book, pending } = this.#state;
    const attempt = this.#begin(intent.index, intent.atRisk, intent.wallTime);
    pending.add(intent.index, { attempt, atRisk: intent.atRisk });
    bookRisk(book, intent.atRisk, 1);
    book.pending += 1;
  }

  settle(record: AttemptRecord): void {
    const { book, pending } = this.#state;
    const intent = pending.take(record.index, record.isHedge);
    if (intent !== null) {
      bookRisk(book, intent.atRisk, -1);
      book.pending -= 1;
    }
    if (record.ending === "withdrawn") {
      if (intent !== null) this.#withdraw.run(intent.attempt);
      return;
    }
    this.#endAttempt(record, intent?.attempt ?? this.#begin(record.index, 0, record.wallTime));
    const row = this.#current(record.index);
    if (record.outcome === null) this.#leaveOpen(record, row);
    else if (record.outcome.status === "unsent") this.#setAside(record, row, record.outcome);
    else this.#close(record, record.outcome, row);
  }

  /** Settles a row that this run will not send: it stands as it stood before. */
  skip(index: number, error: OutcomeError): void {
    const { record, outcome } = unsentRecord(index, error);
    this.#setAside(record, this.#current(index), outcome);
  }

  /** Settles a copy as its leader stands: it was not sent. */
  copy(index: number, leader: { state: number; answer: number }): void {
    const row = this.#current(index);
    if (row === null || row.state >= FIRST_SETTLED) return;
    const answer = this.#answers.share(leader.answer, index);
    this.#move(index, row, leader.state, answer, 0, { counts: false, atRisk: 0 }, false);
  }

  #begin(index: number, atRisk: number | null, wallTime: number): number {
    const { book } = this.#state;
    const attempt = book.nextAttempt;
    book.nextAttempt += 1;
    this.#intend.run(attempt, book.plan, index, PENDING, atRisk, Math.round(wallTime));
    return attempt;
  }

  #endAttempt(record: AttemptRecord, attempt: number): void {
    if (record.ending === "withdrawn") return;
    const { book, words } = this.#state;
    this.#end.run(
      endingCode(record.ending),
      words.number(record.code),
      record.httpStatus,
      record.cost,
      record.atRisk,
      Math.round(record.wallTime),
      Math.round(record.latencyMs),
      record.firstTokenMs === null ? null : Math.round(record.firstTokenMs),
      attempt,
    );
    countAttempt(book, record.ending);
    bookRisk(book, record.atRisk, 1);
    if (record.cost !== null) book.cost += record.cost;
    else if (record.ending === "answered") book.unknownCost += 1;
    if (record.outcome?.usage) addUsage(book.usage, record.outcome.usage);
  }

  #leaveOpen(record: AttemptRecord, row: CurrentRow | null): void {
    if (row === null || row.state >= FIRST_SETTLED) return;
    const next = stateAfterAttempt(row.state, record.ending);
    if (next === row.state && !record.counts && record.atRisk === 0) return;
    this.#move(record.index, row, next, next === ROW.lost ? null : row.answer, row.cost, record, true);
  }

  /** The first outcome of a row is its outcome; a later one is kept and paid for, and changes nothing. */
  #close(record: AttemptRecord, outcome: OutcomeRecord, row: CurrentRow | null): void {
    const answer = this.#answers.add(record, outcome);
    if (outcome.status === "answered" || outcome.status === "rejected") {
      this.#state.book.heard += 1;
      if (outcome.simulated) this.#state.book.simulated += 1;
    }
    if (row === null || row.state >= FIRST_SETTLED) return;
    const next = stateOf(outcome.status, outcome.held);
    this.#move(record.index, row, next, answer, outcome.cost, record, outcome.status === "unknown");
  }

  #setAside(record: AttemptRecord, row: CurrentRow | null, outcome: OutcomeRecord): void {
    if (row === null || row.state >= FIRST_SETTLED) return;
    const next = stateWhenSkipped(stateAfterAttempt(row.state, record.ending));
    const stood = next === ROW.unsent ? null : row.answer;
    const status = next === ROW.unsent ? "unsent" : "unknown";
    const answer =
      stood === null ? this.#answers.add(record, { ...outcome, status }) : this.#answers.repeat(stood);
    this.#move(record.index, row, next, answer, stood === null ? null : row.cost, record, true);
  }

  #move(
    index: number,
    row: CurrentRow,
    state: number,
    answer: number | null,
    cost: number | null,
    attempt: Pick<AttemptRecord, "counts" | "atRisk">,
    keepsRisk: boolean,
  ): void {
    const kept = keepsRisk ? 1 : 0;
    const risk = keepsRisk ? (attempt.atRisk ?? 0) : 0;
    const unpriced = keepsRisk && attempt.atRisk === null ? 1 : 0;
    this.#settleRow.run(state, answer, cost, attempt.counts ? 1 : 0, kept, risk, kept, unpriced, index);
    moveRows(this.#state.book, row.state, state);
  }

  #current(index: number): CurrentRow | null {
    const row = this.#row.get(index) as unknown as [number, number | null, number | null] | undefined;
    return row === undefined ? null : { state: row[0], answer: row[1], cost: row[2] };
  }
}

interface CurrentRow {
  state: number;
  answer: number | null;
  cost: number | null;
}
