import { labelOf, type NamedRow, type TimedRow } from "./slowest-rows.ts";

/** The last rows of a run, waited for: the oldest by name, and how many more there are. */
export interface Tail extends TimedRow {
  more: number;
}

/** So many rows are few enough to be waited for one by one. */
const FEW = 10;
/** A row that is younger is nothing to speak of. */
const WORTH_NAMING_MS = 10_000;

/** Null while there is more to do than to wait for what is in flight. */
export function tailOf(left: number, oldest: readonly (NamedRow & { ms: number })[]): Tail | null {
  const [first] = oldest;
  if (first === undefined || left > FEW || oldest.length < left || first.ms < WORTH_NAMING_MS) return null;
  return { label: labelOf(first), ms: first.ms, more: left - 1 };
}

/** How many of the oldest rows have to be known. */
export const TAIL_ROWS = FEW;
