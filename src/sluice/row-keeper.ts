import type { RunEnd } from "../engine/run-parts.ts";
import { type Outcome, toOutcome } from "../model/answer.ts";
import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import { stoppedOutcome } from "./stopped-outcome.ts";

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
  async rest(ledger: Ledger | null, tried: RunEnd["tried"], reason: string): Promise<Outcome<Row>[]> {
    const outcomes: Outcome<Row>[] = [];
    let known = new Map<number, SettledRow>();
    const waiting = [...this.#rows].sort(([one], [other]) => one - other);
    this.#rows.clear();
    for (const [index, request] of waiting) {
      const tries = tried.get(index) ?? null;
      if (!known.has(index) && ledger !== null && tries?.mayBeBilled !== true) {
        const rows = await ledger.read(index, READ_ROWS, READ_BYTES);
        known = new Map(rows.map((row) => [row.index, row]));
      }
      const settled = known.get(index);
      outcomes.push(
        settled === undefined ? stoppedOutcome(index, request, reason, tries) : toOutcome(settled, request),
      );
    }
    return outcomes;
  }
}
