import { TICKS_PER_USD, type Ticks } from "../model/money.ts";
import type { SettledRow } from "../model/outcome.ts";
import { cleanUtf8, isJson, onOneLine, trimmed } from "./json-bytes.ts";
import type { LineFormat } from "./line-format.ts";
import { answerText } from "./text-line.ts";

const OPENING_BRACE = 0x7b;
const QUOTE = 0x22;
/** The column of an input without columns: templates know it by the same name. */
const TEXT_COLUMN = "text";
const ANSWER_COLUMN = "response";
const FACT_COLUMNS = [
  "status",
  "error",
  "finish_reason",
  "cost_usd",
  "input_tokens",
  "output_tokens",
] as const;

export interface RowsOptions {
  /** Name of the column with the answer, taken as typed. Default: the prefix and "response". */
  answerColumn?: string;
  /** Put before the name of every added column. Default "". */
  prefix?: string;
  /** "text": every line of INPUT is a prompt, whatever it looks like. Default "jsonl". */
  inputKind?: "jsonl" | "text";
}

/** The names of the added columns, in their order. */
export function addedColumns({ answerColumn, prefix = "" }: RowsOptions): string[] {
  return [answerColumn ?? prefix + ANSWER_COLUMN, ...FACT_COLUMNS.map((name) => prefix + name)];
}

/** Added columns whose names INPUT has taken already, or that `answerColumn` gives twice. */
export function collisions(columns: Iterable<string>, prefix = "", answerColumn?: string): string[] {
  const added = addedColumns({ prefix, ...(answerColumn === undefined ? {} : { answerColumn }) });
  const taken = new Set(columns);
  return added.filter((name, place) => taken.has(name) || added.indexOf(name) !== place);
}

/** INPUT's own columns, byte for byte, and what came of the row. */
export function rowsFormat(options: RowsOptions): LineFormat {
  const names = addedColumns(options).map((name) => JSON.stringify(name));
  const isText = options.inputKind === "text";
  return {
    name: "rows",
    shape: `rows ${names.join(",")}`,
    needsInput: true,
    line(row, inputLine) {
      if (row.status === "blank") return null;
      const columns = columnsOf(inputLine, isText);
      const facts = factsOf(row).map((value, place) => `${names[place]}:${value}`);
      const separator = trimmed(columns.subarray(1)).length === 0 ? "" : ",";
      return [columns, `${separator}${facts.join(",")}}`];
    },
  };
}

/** The line as an open JSON object: everything but its closing brace. What is no object becomes its only column. */
function columnsOf(inputLine: Uint8Array, isText: boolean): Buffer {
  const text = cleanUtf8(inputLine);
  const line = onOneLine(trimmed(text));
  if (isText || !isJson(line)) return openText(Buffer.from(JSON.stringify(text.toString("utf8"))));
  if (line[0] === OPENING_BRACE) return line.subarray(0, -1);
  return openText(line[0] === QUOTE ? line : Buffer.from(JSON.stringify(line.toString("utf8"))));
}

function openText(json: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{"${TEXT_COLUMN}":`), json]);
}

/** JSON values in the order of `addedColumns`. */
function factsOf(row: SettledRow): string[] {
  const error = row.error === null ? null : `${row.error.code}: ${row.error.message}`;
  return [
    JSON.stringify(answerText(row)),
    JSON.stringify(row.status),
    JSON.stringify(row.status === "answered" ? null : (error ?? "no answer was received")),
    JSON.stringify(row.finishReason),
    row.cost === null ? "null" : decimalUsd(row.cost),
    JSON.stringify(row.usage?.inputTokens ?? null),
    JSON.stringify(row.usage?.outputTokens ?? null),
  ];
}

/** Exact decimal dollars, never with an exponent: 123 ticks are 0.0000000123. */
export function decimalUsd(ticks: Ticks): string {
  const whole = Math.round(Math.abs(ticks));
  const digits = String(TICKS_PER_USD).length - 1;
  const fraction = String(whole % TICKS_PER_USD)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  const sign = ticks < 0 && whole > 0 ? "-" : "";
  return `${sign}${Math.floor(whole / TICKS_PER_USD)}${fraction === "" ? "" : `.${fraction}`}`;
}
