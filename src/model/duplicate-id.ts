/** An id that several rows were given, or that is also the label of a row without one. */
export interface DuplicateId {
  customId: string;
  /** The lines it is given in. */
  lines: readonly number[];
  /** The line without an id that OUTPUT calls so. */
  labelOf?: number;
}

/** "in lines 1, 2", "in line 1, and as the label of line 2, which has no id". */
export function placesOf({ lines, labelOf }: DuplicateId): string {
  const given = `in ${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
  return labelOf === undefined ? given : `${given}, and as the label of line ${labelOf}, which has no id`;
}
