import type { DatabaseSync, StatementSync } from "node:sqlite";
import { countAttempt, moveRows } from "./book.ts";
import { AMBIGUOUS } from "./codes.ts";
import type { LedgerState } from "./ledger-state.ts";
import { FIRST_SETTLED, ROW } from "./row-states.ts";

/** The code of an attempt whose process did not live to see its ending. */
const PROCESS_DIED = "process-died";

/**
 * Intents that another process left behind: nobody can say whether they were sent. Each attempt ends as ambiguous,
 * its money stays at risk, and its row is to be sent again.
 */
export class IntentResolver {
  readonly #state: LedgerState;
  readonly #end: StatementSync;
  readonly #row: StatementSync;
  readonly #lose: StatementSync;

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#state = state;
    this.#end = database.prepare("UPDATE attempt SET ending = ?, code = ? WHERE id = ?");
    this.#row = database.prepare("SELECT state FROM plan WHERE idx = ?");
    this.#lose = database.prepare(
      "UPDATE plan SET state = ?, answer = NULL, risk = risk + ?, unpriced = unpriced + ? WHERE idx = ?",
    );
  }

  /** Within a transaction, before anything of this run is intended. */
  resolve(): void {
    const { book, pending, words } = this.#state;
    for (const [index, { attempt, atRisk }] of pending.entries()) {
      this.#end.run(AMBIGUOUS, words.number(PROCESS_DIED), attempt);
      countAttempt(book, "ambiguous");
      book.pending -= 1;
      this.#loseRow(index, atRisk);
    }
    pending.clear();
  }

  #loseRow(index: number, atRisk: number | null): void {
    const row = this.#row.get(index);
    if (row === undefined || Number(row.state) >= FIRST_SETTLED) return;
    this.#lose.run(ROW.lost, atRisk ?? 0, atRisk === null ? 1 : 0, index);
    moveRows(this.#state.book, Number(row.state), ROW.lost);
  }
}
