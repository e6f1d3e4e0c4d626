import { isObject as isJsonObject, type JsonObject } from "../model/json-object.ts";
import type { SourceKind } from "../model/source.ts";
import { type Columns, parseKeepingDigits, SourceNumber, textColumns } from "./columns.ts";
import { CHAT_PATH, dialectOf, readPath } from "./endpoint.ts";
import { membersOf, skipBlank, trimmed } from "./json-members.ts";
import { describeJsonMistake } from "./json-mistake.ts";
import { NESTED_TOO_DEEPLY } from "./shaping.ts";

/** How a row is to be understood: by the first rule that fits. */
export type Row =
  | { kind: "body"; path: string; body: Uint8Array; value: JsonObject; wrapped: boolean; row: JsonObject }
  | { kind: "columns"; row: JsonObject }
  | { kind: "text"; text: string; columns: Columns }
  | { kind: "problem"; problem: string; wholeInput: boolean; row: JsonObject | null };

export interface RowRules {
  kind: SourceKind;
  hasPrompt: boolean;
  /** Already read as a path. */
  endpoint: string | null;
  keepVersion: boolean;
}

const PROSE_REMEDY = "; a line of plain text is a prompt in a .txt file only";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a line; null when it is not UTF-8. */
export function decodeLine(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function readRow(bytes: Uint8Array, line: number, rules: RowRules): Row {
  const text = decodeLine(bytes);
  if (text === null) return problem("not UTF-8 text; iconv converts other encodings", null);
  if (rules.kind === "text") return { kind: "text", text, columns: textColumns(text, line) };
  let value: unknown;
  try {
    value = rules.hasPrompt ? parseKeepingDigits(text) : JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) return problem(NESTED_TOO_DEEPLY, null);
    return problem(describeJsonMistake(text) + (isProse(text) ? PROSE_REMEDY : ""), null);
  }
  if (isObject(value)) return readObject(bytes, value, rules);
  if (typeof value === "string") return { kind: "text", text: value, columns: textColumns(value, line) };
  return problem(`${nameOfKind(value)} is no row; give an object or a string`, null);
}

function readObject(bytes: Uint8Array, row: JsonObject, rules: RowRules): Row {
  const isBatchLine = Object.hasOwn(row, "url") && Object.hasOwn(row, "body");
  // A table of web pages has such columns too; a Batch line's body is an object, theirs is text.
  if (isBatchLine && (!rules.hasPrompt || isObject(row.body))) return readBatchLine(bytes, row, rules);
  if (rules.hasPrompt) return { kind: "columns", row };
  if (Object.hasOwn(row, "messages")) return readChat(bytes, row, rules);
  if (rules.endpoint !== null) {
    return { kind: "body", path: rules.endpoint, body: trimmed(bytes), value: row, wrapped: false, row };
  }
  return {
    kind: "problem",
    problem:
      "neither a Batch line nor a chat body; give --prompt '{{ column }}' to make prompts of columns, " +
      "or --endpoint /v1/… to send the row as that endpoint's body",
    wholeInput: true,
    row,
  };
}

function readBatchLine(bytes: Uint8Array, row: JsonObject, rules: RowRules): Row {
  const { url, body: value, method } = row;
  if (typeof url !== "string") return problem("url is no text", row);
  if (method !== undefined && (typeof method !== "string" || method.toUpperCase() !== "POST")) {
    return problem("method must be POST", row);
  }
  if (!isObject(value)) return problem("body is no JSON object", row);
  const reading = readPath(url, rules.keepVersion);
  if ("problem" in reading) return problem(`url ${reading.problem}`, row);
  const member = membersOf(bytes, skipBlank(bytes, 0)).findLast((each) => each.name === "body");
  if (member === undefined) return problem("body is no JSON object", row);
  const body = bytes.subarray(member.valueStart, member.valueEnd);
  return { kind: "body", path: reading.path, body, value, wrapped: true, row };
}

function readChat(bytes: Uint8Array, row: JsonObject, rules: RowRules): Row {
  if (!Array.isArray(row.messages)) return problem("messages is no list", row);
  const takesMessages = rules.endpoint !== null && dialectOf(rules.endpoint).prompt === "messages";
  const path = takesMessages && rules.endpoint !== null ? rules.endpoint : CHAT_PATH;
  return { kind: "body", path, body: trimmed(bytes), value: row, wrapped: false, row };
}

/** A number that keeps its digits is an object only to the machine. */
export function isObject(value: unknown): value is JsonObject {
  return isJsonObject(value) && !(value instanceof SourceNumber);
}

/** True for a line that begins like a sentence: whoever gives it means it as a prompt. */
function isProse(text: string): boolean {
  return /^\s*\p{L}/u.test(text);
}

function nameOfKind(value: unknown): string {
  if (Array.isArray(value)) return "a JSON array";
  if (value === null) return "null";
  return `a ${value instanceof SourceNumber ? "number" : typeof value}`;
}

function problem(sentence: string, row: JsonObject | null): Row {
  return { kind: "problem", problem: sentence, wholeInput: false, row };
}
