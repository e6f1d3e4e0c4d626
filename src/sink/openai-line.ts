import { crc32 } from "node:zlib";
import type { SettledRow } from "../model/outcome.ts";
import { labelOfLine } from "../model/request.ts";
import { bodyAsJson } from "./json-bytes.ts";
import type { LineFormat } from "./line-format.ts";

/** From here on a status is an HTTP answer that refuses: OpenAI fills `response` and leaves `error` null. */
const FIRST_REFUSING_STATUS = 300;

/** Hexadecimal digits of an id: OpenAI's have 24 in all. */
const LINE_DIGITS = 16;
const SUM_DIGITS = 8;

/** OpenAI's Batch output line (platform.openai.com, Batch API, "Retrieve the results"). */
export const openaiFormat: LineFormat = {
  name: "openai",
  shape: "openai",
  needsInput: false,
  line(row) {
    if (row.status === "blank") return null;
    const label = row.customId ?? labelOfLine(row.line);
    const head = `{"id":"${idOf(row.line, label)}","custom_id":${JSON.stringify(label)},"response":`;
    if (!hasHttpAnswer(row)) return [`${head}null,"error":${errorOf(row)}}`];
    const body = row.body === null ? "null" : bodyAsJson(row.body, row.status === "answered");
    // OpenAI's schema has `request_id` as a string: where the provider sent none it is empty, not null.
    const requestId = JSON.stringify(row.requestId ?? "");
    return [
      `${head}{"status_code":${row.httpStatus ?? 200},"request_id":${requestId},"body":`,
      body,
      `},"error":null}`,
    ];
  },
};

/** The same row has the same id however often OUTPUT is rebuilt: its line, and a sum of its label. */
function idOf(line: number, label: string): string {
  return `batch_req_${hex(line, LINE_DIGITS)}${hex(crc32(label), SUM_DIGITS)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** A 2xx that was cut is no answer: whatever came of its body is not shown as one. */
function hasHttpAnswer(row: SettledRow): boolean {
  if (row.status === "answered") return true;
  if (row.status === "unsent") return false;
  return row.httpStatus !== null && row.httpStatus >= FIRST_REFUSING_STATUS;
}

function errorOf(row: SettledRow): string {
  const { code, message } = row.error ?? { code: row.status, message: "no answer was received" };
  return JSON.stringify({ code, message });
}
