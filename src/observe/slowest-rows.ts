import { labelOfLine } from "../model/request.ts";

/** A row and how long it took, or has been waited for. */
export interface TimedRow {
  /** As OUTPUT names it. */
  label: string;
  ms: number;
}

/** A row as the engine knows it. */
export interface NamedRow {
  line: number;
  customId: string | null;
}

const KEPT = 3;

/** The three slowest rows of a run, the slowest first. */
export class SlowestRows {
  #rows: (NamedRow & { ms: number })[] = [];

  add({ line, customId }: NamedRow, ms: number): void {
    const last = this.#rows[KEPT - 1];
    if (last !== undefined && ms <= last.ms) return;
    this.#rows = [...this.#rows, { line, customId, ms }].sort((a, b) => b.ms - a.ms).slice(0, KEPT);
  }

  view(): TimedRow[] {
    return this.#rows.map((row) => ({ label: labelOf(row), ms: row.ms }));
  }
}

export function labelOf({ line, customId }: NamedRow): string {
  return customId ?? labelOfLine(line);
}
