import fc from "fast-check";
import { expect, test } from "vitest";
import type { SettledRow } from "../../src/model/outcome.ts";
import { jsonlTextFormat, textFormat } from "../../src/sink/text-line.ts";
import { bytes, chatBody, NO_INPUT, settledRow, text } from "./rows.ts";

const textOf = (row: SettledRow) => text(textFormat.line(row, NO_INPUT));
const jsonOf = (row: SettledRow) => text(jsonlTextFormat.line(row, NO_INPUT));
const answering = (answer: string) => settledRow(0, { body: chatBody(answer) });
const unescaped = (line: string) =>
  line.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "r" ? "\r" : letter));

test("backslash, newline and CR are escaped, and nothing else", () => {
  expect(textOf(answering('a\\n\nb\r\tc \u2028 "d" é'))).toBe('a\\\\n\\nb\\r\tc \u2028 "d" é');
});

test("any answer comes back from its text line and from its JSON string", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (answer) => {
      expect(textOf(answering(answer))).not.toMatch(/[\r\n]/);
      expect(unescaped(textOf(answering(answer)))).toBe(answer);
      expect(JSON.parse(jsonOf(answering(answer)))).toBe(answer);
    }),
  );
});

test("an unanswered row is an empty line, as JSON null, even if a body came", () => {
  for (const status of ["rejected", "failed", "unknown", "unsent", "blank"] as const) {
    expect(textOf(settledRow(0, { status }))).toBe("");
    expect(jsonOf(settledRow(0, { status }))).toBe("null");
  }
});

test("an answer without text is null, an empty one is empty", () => {
  expect(jsonOf(settledRow(0, { body: bytes(`{"data":[{"embedding":[1]}]}`) }))).toBe("null");
  expect(jsonOf(answering(""))).toBe(`""`);
});

test("lone surrogates are escaped in JSON strings", () => {
  expect(jsonOf(settledRow(0, { body: bytes(`{"choices":[{"message":{"content":"\\ud800!"}}]}`) }))).toBe(
    `"\\ud800!"`,
  );
});

test("of several choices the first is the text", () => {
  const body = bytes(`{"choices":[{"message":{"content":"one"}},{"message":{"content":"two"}}]}`);
  expect(textOf(settledRow(0, { body }))).toBe("one");
});
