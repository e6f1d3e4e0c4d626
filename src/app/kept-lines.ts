import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";
import { PAGE_BYTES, PAGE_ROWS } from "./page-size.ts";

const NOT_SENT = {
  code: "not-sent",
  message: "the run ended before this row was sent; the next one sends it",
};

/** A sink that remembers how many rows it holds. */
export class CountingSink implements Sink {
  readonly keepsNothing: boolean;
  readonly #sink: Sink;
  /** Rows written so far, those of earlier runs included. */
  rows: number;

  constructor(sink: Sink, rows: number) {
    this.#sink = sink;
    this.keepsNothing = sink.keepsNothing ?? false;
    this.rows = rows;
  }

  async write(rows: readonly SettledRow[]): Promise<void> {
    await this.#sink.write(rows);
    this.rows += rows.length;
  }

  end(complete: boolean): Promise<void> {
    return this.#sink.end(complete);
  }
}

export interface KeptLinesParts {
  ledger: Ledger;
  sink: CountingSink;
  order: "input" | "completion";
  /** Lanes that had rows to do. */
  lanes: readonly string[];
  /** Lines that OUTPUT held before this run: none of them may get lost. */
  linesBefore: number;
}

/**
 * A run that ends early (a limit, a budget, a signal) has opened rows again that it never sent. Those that had a
 * line in OUTPUT get their old outcome back, and their line.
 */
export async function keepLines({ ledger, sink, order, lanes, linesBefore }: KeptLinesParts): Promise<void> {
  const { attempts } = await ledger.totals();
  // What was given up in flight has no outcome: it stays open for the next run to tell of.
  if ((attempts.pending ?? 0) > 0) return;
  const put = await putBack(ledger, lanes, linesBefore);
  if (order === "input") return writeOn(ledger, sink);
  for (const index of put) await sink.write(await ledger.read(index, 1, PAGE_BYTES));
}

/** Gives the old outcome back to every open row below the bound; returns their indexes. */
async function putBack(ledger: Ledger, lanes: readonly string[], below: number): Promise<number[]> {
  const put: number[] = [];
  for (const lane of lanes) {
    for (let after = -1; ; ) {
      const rows = (await ledger.pull(lane, after, PAGE_ROWS)).filter(({ index }) => index < below);
      const last = rows.at(-1);
      if (last === undefined) break;
      await ledger.skip(rows.map(({ index }) => ({ index, error: NOT_SENT })));
      put.push(...rows.map(({ index }) => index));
      after = last.index;
    }
  }
  for (let copies = await ledger.takeCopies(); copies.length > 0; copies = await ledger.takeCopies()) {
    for (const { index } of copies) if (index < below) put.push(index);
  }
  return put;
}

async function writeOn(ledger: Ledger, sink: CountingSink): Promise<void> {
  for (;;) {
    const rows = await ledger.read(sink.rows, PAGE_ROWS, PAGE_BYTES);
    if (rows.length === 0) return;
    await sink.write(rows);
  }
}
