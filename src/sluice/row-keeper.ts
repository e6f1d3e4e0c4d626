import { type Outcome, toOutcome } from "../model/answer.ts";
import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import { unknownOutcome, unsentOutcome } from "./unsent-outcome.ts";

/** One reading of what is settled but was not handed over. */
const READ_ROWS = 1024;
const READ_BYTES = 4 * 1024 * 1024;

/** The caller's own rows, from their arrival until their outcome is handed over. */
export class RowKeeper<Row> {
  readonly #rows = new Map<number, Row>();

  keep(index: number, row: Row): void {
    this.#rows.set(index, row);
  }

  forget(rows: readonly SettledRow[]): void {
    for (const { index } of rows) this.#rows.delete(index);
  }

  outcomeOf(settled: SettledRow): Outcome<Row> {
    const request = this.#rows.get(settled.index) as Row;
    this.#rows.delete(settled.index);
    return toOutcome(settled, request);
  }

  /** An outcome for every row that is still here, in order: the ledger's, else `unknown` or `unsent`. */
  async rest(ledger: Ledger | null, cutOff: readonly number[], reason: string): Promise<Outcome<Row>[]> {
    const underWay = new Set(cutOff);
    const outcomes: Outcome<Row>[] = [];
    let known = new Map<number, SettledRow>();
    const waiting = [...this.#rows].sort(([one], [other]) => one - other);
    this.#rows.clear();
    for (const [index, request] of waiting) {
      if (!known.has(index) && ledger !== null && !underWay.has(index)) {
        const rows = await ledger.read(index, READ_ROWS, READ_BYTES);
        known = new Map(rows.map((row) => [row.index, row]));
      }
      const settled = known.get(index);
      if (settled !== undefined) outcomes.push(toOutcome(settled, request));
      else if (underWay.has(index)) outcomes.push(unknownOutcome(index, request, reason));
      else outcomes.push(unsentOutcome(index, request, reason));
    }
    return outcomes;
  }
}
