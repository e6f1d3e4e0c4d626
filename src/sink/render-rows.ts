import type { SettledRow } from "../model/outcome.ts";
import type { Source } from "../model/source.ts";
import type { LineFormat } from "./line-format.ts";

const NEWLINE = Buffer.from("\n");
const NO_INPUT = new Uint8Array(0);

/** Reads rows of INPUT by place, for formats that repeat its columns. */
export type ReadInput = Source["read"];

/** Whole lines for rows, each with its newline; empty when none of the rows has a line. */
export type RenderRows = (rows: readonly SettledRow[]) => Promise<Uint8Array>;

/** Joins a format with the input it may need. Throws where a format needs INPUT and nobody can read it. */
export function rowRenderer(format: LineFormat, readInput: ReadInput | null): RenderRows {
  if (format.needsInput && readInput === null) {
    throw new TypeError(
      `the ${format.name} format repeats INPUT's columns and was given no way to read INPUT`,
    );
  }
  return async (rows) => {
    const inputs = format.needsInput && readInput !== null ? await readInput(rows) : [];
    const parts: Uint8Array[] = [];
    for (const [place, row] of rows.entries()) {
      const line = format.line(row, inputs[place] ?? NO_INPUT);
      if (line !== null) parts.push(line, NEWLINE);
    }
    return Buffer.concat(parts);
  };
}
