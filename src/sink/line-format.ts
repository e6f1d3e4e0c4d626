import type { SettledRow } from "../model/outcome.ts";

/** The shapes OUTPUT can have, by the name typed after `--format`. */
export const FORMAT_NAMES = ["openai", "text", "jsonl-text", "rows"] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A line in the pieces it is made of, end to end: nothing is copied before it goes into the buffer that is written. */
export type LinePieces = readonly (string | Uint8Array)[];

/** How a settled row becomes a line. Pure: the same row always gives the same bytes. */
export interface LineFormat {
  name: FormatName;
  /** Two formats of one shape write the same line for the same row: an OUTPUT of another one is written anew. */
  shape: string;
  /** True when `line` must be given the row's bytes of INPUT. */
  needsInput: boolean;
  /** The line without its newline; null when this row has none (a blank line of INPUT, where the format skips it). */
  line(row: SettledRow, inputLine: Uint8Array): LinePieces | null;
}
