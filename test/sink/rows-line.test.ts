import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SettledRow } from "../../src/model/outcome.ts";
import { collisions, decimalUsd, rowsFormat } from "../../src/sink/rows-line.ts";
import { bytes, chatBody, settledRow, text } from "./rows.ts";

const row = settledRow(0, { body: chatBody("Paris") });
const FACTS =
  `"response":"Paris","status":"answered","error":null,"finish_reason":"stop",` +
  `"cost_usd":0.00000123,"input_tokens":7,"output_tokens":3}`;
const lineOf = (input: string | Uint8Array, settled: SettledRow = row, options = {}) =>
  text(rowsFormat(options).line(settled, typeof input === "string" ? bytes(input) : input));

test("the input's columns stay byte for byte, and what came of the row follows", () => {
  const input = `{ "n": 9007199254740993, "q":"é\\u00e9", "q":2 `;
  expect(lineOf(`${input}}`)).toBe(`${input},${FACTS}`);
});

test("surrounding space, a byte order mark and a raw CR do not break the line", () => {
  expect(lineOf(`\ufeff  {"a":1}\r`)).toBe(`{"a":1,${FACTS}`);
  expect(lineOf(`{"a":\r1}`)).toBe(`{"a": 1,${FACTS}`);
});

test("an object without columns gets no comma", () => {
  expect(lineOf(`{}`)).toBe(`{${FACTS}`);
  expect(JSON.parse(lineOf(`{  }`))).toHaveProperty("response", "Paris");
});

test("an input without columns gets one, named as templates name it", () => {
  expect(lineOf(`{"a":1}`, row, { inputKind: "text" })).toBe(`{"text":"{\\"a\\":1}",${FACTS}`);
  expect(JSON.parse(lineOf("42"))).toMatchObject({ text: "42", response: "Paris" });
  expect(lineOf(`"Say \\ud800"`)).toBe(`{"text":"Say \\ud800",${FACTS}`);
});

test("a line that was let through although it is no JSON is kept as a string", () => {
  const unsent = settledRow(0, {
    status: "unsent",
    body: null,
    error: { code: "invalid", message: "not JSON" },
  });
  const line = JSON.parse(lineOf(`{"a":`, unsent));
  expect(line).toMatchObject({
    text: `{"a":`,
    response: null,
    status: "unsent",
    error: "invalid: not JSON",
  });
});

test("unknown money and tokens are null", () => {
  const line = JSON.parse(lineOf(`{}`, settledRow(0, { cost: null, usage: null, finishReason: null })));
  expect(line).toMatchObject({
    cost_usd: null,
    input_tokens: null,
    output_tokens: null,
    finish_reason: null,
  });
});

test("a blank line of INPUT has no line", () => {
  expect(rowsFormat({}).line(settledRow(0, { status: "blank" }), bytes("  "))).toBeNull();
});

test("the answer's column and the prefix of all others can be chosen", () => {
  const line = JSON.parse(lineOf(`{"status":"open"}`, row, { answerColumn: "city", prefix: "llm_" }));
  expect(line).toMatchObject({
    status: "open",
    city: "Paris",
    llm_status: "answered",
    llm_cost_usd: 0.00000123,
  });
  expect(JSON.parse(lineOf(`{}`, row, { prefix: "llm_" }))).toHaveProperty("llm_response", "Paris");
});

test("any object keeps its columns", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (columns) => {
      const { response, status, error, finish_reason, cost_usd, input_tokens, output_tokens, ...rest } =
        JSON.parse(lineOf(JSON.stringify(columns)));
      expect([response, status, error, finish_reason, cost_usd, input_tokens, output_tokens]).toEqual([
        "Paris",
        "answered",
        null,
        "stop",
        0.00000123,
        7,
        3,
      ]);
      expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(JSON.stringify(columns))));
    }),
  );
});

describe("collisions", () => {
  test("names every added column that INPUT has already", () => {
    expect(collisions(["question", "status", "response"])).toEqual(["response", "status"]);
    expect(collisions(["question", "status"], "llm_")).toEqual([]);
    expect(collisions(["llm_status"], "llm_")).toEqual(["llm_status"]);
  });

  test("the answer's column may collide with INPUT and with the other added columns", () => {
    expect(collisions(["city"], "", "city")).toEqual(["city"]);
    expect(collisions([], "", "status")).toEqual(["status"]);
    expect(collisions(["response"], "", "city")).toEqual([]);
  });
});

describe("decimalUsd", () => {
  test.each([
    [0, "0"],
    [1, "0.0000000001"],
    [123, "0.0000000123"],
    [41_000_000_000, "4.1"],
    [10_000_000_000, "1"],
    [9_007_199_254_740_991, "900719.9254740991"],
    [-5, "-0.0000000005"],
  ])("%d ticks are %s", (ticks, decimal) => {
    expect(decimalUsd(ticks)).toBe(decimal);
  });

  test("is always JSON without an exponent, and exact", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (ticks) => {
        const decimal = decimalUsd(ticks);
        expect(decimal).toMatch(/^\d+(\.\d*[1-9])?$/);
        const [whole = "", fraction = ""] = decimal.split(".");
        expect(BigInt(whole + fraction.padEnd(10, "0"))).toBe(BigInt(ticks));
      }),
    );
  });
});
