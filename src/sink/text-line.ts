import { parseBody, textsOf } from "../model/answer.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { LineFormat } from "./line-format.ts";

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r" };
const ESCAPED = /[\\\n\r]/g;

/** One line per line of INPUT: the answer's text, empty where there is none. */
export const textFormat: LineFormat = {
  name: "text",
  shape: "text",
  needsInput: false,
  line: (row) => [(answerText(row) ?? "").replace(ESCAPED, (character) => ESCAPES[character] ?? "")],
};

/** One JSON string per line of INPUT, null where there is no answer. */
export const jsonlTextFormat: LineFormat = {
  name: "jsonl-text",
  shape: "jsonl-text",
  needsInput: false,
  line: (row) => [JSON.stringify(answerText(row))],
};

/** The first choice's text; null for a row without an answer, or an answer without text. */
export function answerText(row: SettledRow): string | null {
  if (row.status !== "answered" || row.body === null) return null;
  return textsOf(parseBody(row.body))[0] ?? null;
}
