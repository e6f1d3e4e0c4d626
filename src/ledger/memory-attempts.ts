import type { AttemptRecord, Intent, OutcomeRecord } from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError } from "../model/outcome.ts";
import { addUsage } from "../model/usage.ts";
import { type Book, bookRisk, countAttempt, moveRows } from "./book.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import { answerOf, isOpen, type MemoryAnswer, type MemoryRow } from "./memory-row.ts";
import { ROW, stateAfterAttempt, stateOf, stateWhenSkipped } from "./row-states.ts";
import { unsentRecord } from "./unsent-record.ts";

/** What is sent and what comes of it, as `attempts.ts` writes it to disk. */
export class MemoryAttempts {
  readonly #plan: MemoryPlan;
  readonly #book: Book;

  constructor(plan: MemoryPlan, book: Book) {
    this.#plan = plan;
    this.#book = book;
  }

  intend(intent: Intent): void {
    this.#plan.row(intent.index)?.intents.push(intent);
    bookRisk(this.#book, intent.atRisk, 1);
    this.#book.pending += 1;
  }

  settle(record: AttemptRecord): void {
    const row = this.#plan.row(record.index);
    const intent = record.isHedge ? row?.intents.pop() : row?.intents.shift();
    if (intent !== undefined) {
      bookRisk(this.#book, intent.atRisk, -1);
      this.#book.pending -= 1;
    }
    if (record.ending === "withdrawn") return;
    countAttempt(this.#book, record.ending);
    this.#bookMoney(record);
    if (record.outcome !== null) this.#hear(record.outcome);
    if (row === undefined || !isOpen(row)) return;
    if (record.outcome === null) this.#leaveOpen(row, record);
    else if (record.outcome.status === "unsent") this.#setAside(row, record, record.outcome);
    else this.#close(row, record, record.outcome);
  }

  /** Settles a row that this run will not send: it stands as it stood before. */
  skip(index: number, error: OutcomeError): void {
    const row = this.#plan.row(index);
    if (row === undefined || !isOpen(row)) return;
    const { record, outcome } = unsentRecord(index, error);
    this.#setAside(row, record, outcome);
  }

  /** Settles a copy as its leader stands: it was not sent. */
  copy(row: MemoryRow, leader: MemoryRow): void {
    const { answer } = leader;
    this.#move(row, leader.state);
    Object.assign(row, { cost: 0, risk: 0, unpriced: 0 });
    const nothingUsed = { usage: null, cost: 0, costSource: null };
    this.#plan.settle(row, answer && ((sequence) => ({ ...answer, ...nothingUsed, sequence })));
  }

  /** Intents of a run that is over: nobody can say whether they were sent. */
  resolve(): void {
    for (const row of this.#plan.rows()) {
      for (const intent of row.intents) this.#lose(row, intent.atRisk);
      row.intents = [];
    }
  }

  #lose(row: MemoryRow, atRisk: Ticks | null): void {
    countAttempt(this.#book, "ambiguous");
    this.#book.pending -= 1;
    if (!isOpen(row)) return;
    this.#move(row, ROW.lost);
    row.answer = null;
    takeRisk(row, atRisk);
  }

  #bookMoney({ atRisk, cost, ending, outcome }: AttemptRecord): void {
    bookRisk(this.#book, atRisk, 1);
    if (cost !== null) this.#book.cost += cost;
    else if (ending === "answered") this.#book.unknownCost += 1;
    if (outcome?.usage) addUsage(this.#book.usage, outcome.usage);
  }

  #hear({ status, simulated }: OutcomeRecord): void {
    if (status !== "answered" && status !== "rejected") return;
    this.#book.heard += 1;
    if (simulated) this.#book.simulated += 1;
  }

  #leaveOpen(row: MemoryRow, record: AttemptRecord): void {
    this.#move(row, stateAfterAttempt(row.state, record.ending));
    if (row.state === ROW.lost) row.answer = null;
    if (record.counts) row.attempts += 1;
    takeRisk(row, record.atRisk);
  }

  #close(row: MemoryRow, record: AttemptRecord, outcome: OutcomeRecord): void {
    this.#move(row, stateOf(outcome.status, outcome.held));
    if (record.counts) row.attempts += 1;
    row.cost = outcome.cost;
    if (outcome.status !== "unknown") Object.assign(row, { risk: 0, unpriced: 0 });
    else takeRisk(row, record.atRisk);
    this.#plan.settle(row, (sequence) => answerOf(sequence, record, outcome));
  }

  #setAside(row: MemoryRow, record: AttemptRecord, outcome: OutcomeRecord): void {
    this.#move(row, stateWhenSkipped(stateAfterAttempt(row.state, record.ending)));
    if (record.counts) row.attempts += 1;
    takeRisk(row, record.atRisk);
    const stood = row.state === ROW.unsent ? null : row.answer;
    const repeat = (sequence: number): MemoryAnswer =>
      stood === null ? answerOf(sequence, record, outcome) : { ...stood, sequence };
    this.#plan.settle(row, repeat);
  }

  #move(row: MemoryRow, state: number): void {
    moveRows(this.#book, row.state, state);
    row.state = state;
  }
}

function takeRisk(row: MemoryRow, atRisk: Ticks | null): void {
  if (atRisk === null) row.unpriced += 1;
  else row.risk += atRisk;
}
