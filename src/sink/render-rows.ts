import type { SettledRow } from "../model/outcome.ts";
import type { Source } from "../model/source.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { LineFormat } from "./line-format.ts";

const NEWLINE = ["\n"];
const NO_INPUT = new Uint8Array(0);

/** Reads rows of INPUT by place, for formats that repeat its columns. */
export type ReadInput = Source["read"];

/** Whole lines for rows, each with its newline, in parts to be written end to end before the next rows are rendered. */
export type RenderRows = (rows: readonly SettledRow[]) => Promise<readonly Uint8Array[]>;

/** Joins a format with the input it may need. Throws where a format needs INPUT and nobody can read it. */
export function rowRenderer(format: LineFormat, readInput: ReadInput | null): RenderRows {
  if (format.needsInput && readInput === null) {
    throw new TypeError(
      `the ${format.name} format repeats INPUT's columns and was given no way to read INPUT`,
    );
  }
  const buffer = new LineBuffer();
  return async (rows) => {
    const inputs = format.needsInput && readInput !== null ? await readInput(rows) : [];
    for (const [place, row] of rows.entries()) {
      const line = format.line(row, inputs[place] ?? NO_INPUT);
      if (line === null) continue;
      buffer.add(line);
      buffer.add(NEWLINE);
    }
    return buffer.take();
  };
}
