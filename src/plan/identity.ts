import { SourceNumber } from "./columns.ts";
import { type Member, membersOf, skipBlank } from "./json-members.ts";
import { describeMissingColumn } from "./missing-column.ts";

/** A longer id is refused: OpenAI's Batch takes no longer ones, and OUTPUT repeats it on every line. */
export const LONGEST_ID = 512;

/** The name a row was given, none, or what is wrong with it. */
export type IdReading = { id: string | null } | { problem: string; missing: boolean };

/** Reads `--id COLUMN` where it was asked for, else the row's own `custom_id`. */
export function readId(
  row: Readonly<Record<string, unknown>>,
  bytes: Uint8Array | null,
  idColumn: string | undefined,
): IdReading {
  const column = idColumn ?? "custom_id";
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  if (value === undefined || value === null) {
    if (idColumn === undefined) return { id: null };
    if (value === null) return problem(`${column} is null`);
    return { problem: describeMissingColumn(idColumn, Object.keys(row), "--id"), missing: true };
  }
  const id = isNumber(value) ? digitsOf(value, bytes, column) : value;
  if (typeof id !== "string") return problem(`${column} is no text and no number`);
  if (id === "") return problem(`${column} is empty`);
  if (id.length > LONGEST_ID) return problem(`${column} is longer than ${LONGEST_ID} characters`);
  return { id };
}

/** What a key is made from. Lone surrogates would all become one character in UTF-8. */
export function keyText(id: string): string {
  return `id\0${id.isWellFormed() ? id : JSON.stringify(id)}`;
}

function problem(sentence: string): IdReading {
  return { problem: sentence, missing: false };
}

function isNumber(value: unknown): value is number | SourceNumber {
  return typeof value === "number" || value instanceof SourceNumber;
}

/** A number as it is written in the row: 2^53 and 2^53 + 1 are two ids. */
function digitsOf(value: number | SourceNumber, bytes: Uint8Array | null, column: string): string {
  if (bytes === null) return String(value);
  const member = membersOf(bytes, skipBlank(bytes, 0)).findLast((each: Member) => each.name === column);
  if (member === undefined) return String(value);
  return Buffer.from(bytes.subarray(member.valueStart, member.valueEnd)).toString("utf8");
}
