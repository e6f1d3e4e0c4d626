import fc from "fast-check";
import { expect, test } from "vitest";
import type { SettledRow } from "../../src/model/outcome.ts";
import { openaiFormat } from "../../src/sink/openai-line.ts";
import { bytes, NO_INPUT, settledRow, text } from "./rows.ts";

const lineOf = (row: SettledRow) => text(openaiFormat.line(row, NO_INPUT));
const parsed = (row: SettledRow) => JSON.parse(lineOf(row));
const timeout = { code: "timeout", message: "no complete answer within 60 s" };

test("an answered row is OpenAI's Batch output line, with its keys in OpenAI's order", () => {
  const line = parsed(settledRow(4, { body: bytes(`{"a":1}`) }));
  expect(Object.keys(line)).toEqual(["id", "custom_id", "response", "error"]);
  expect(line).toEqual({
    id: expect.stringMatching(/^batch_req_[0-9a-f]{24}$/),
    custom_id: "request-5",
    response: { status_code: 200, request_id: "req-4", body: { a: 1 } },
    error: null,
  });
});

test("a given custom_id stands as it was given, and the id is the same each time and another for each row", () => {
  const row = settledRow(0, { customId: 'q "7"\n\ud800' });
  expect(parsed(row).custom_id).toBe('q "7"\n\ud800');
  expect(parsed(row).id).toBe(parsed(row).id);
  expect(parsed(settledRow(0)).id).not.toBe(parsed(settledRow(1)).id);
});

test("the body is the provider's own bytes: large numbers, spacing and key order survive", () => {
  const body = `{ "b": 9007199254740993,  "a":1e400, "s":"\\u2028\\ud800" }`;
  expect(lineOf(settledRow(0, { body: bytes(body) }))).toContain(`"body":${body}},"error":null}`);
});

test("raw line ends between the tokens of a body become spaces, escaped ones stay", () => {
  const line = lineOf(settledRow(0, { body: bytes(`{\r\n  "a": "x\\ny"\n}\n`) }));
  expect(line).toContain(`"body":{    "a": "x\\ny" } },`);
  expect(line).not.toMatch(/[\r\n]/);
});

test("a byte order mark and bytes that are no UTF-8 leave a readable line", () => {
  const body = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes(`{"a":"`), 0xff, 0xc3, ...bytes(`"}`)]);
  expect(parsed(settledRow(0, { body })).response.body).toEqual({ a: "\ufffd\ufffd" });
});

test("an HTTP refusal fills the response and leaves error null, as OpenAI does", () => {
  for (const [status, httpStatus] of [
    ["rejected", 400],
    ["failed", 500],
    ["unknown", 502],
  ] as const) {
    const row = settledRow(0, { status, httpStatus, body: bytes(`{"error":"no"}`), error: timeout });
    expect(parsed(row).response).toEqual({
      status_code: httpStatus,
      request_id: "req-0",
      body: { error: "no" },
    });
    expect(parsed(row).error).toBeNull();
  }
});

test("a refusal in HTML becomes a JSON string of its first 4 kB", () => {
  const html = `<html>"bad"\n${"é".repeat(4000)}</html>`;
  const { body } = parsed(settledRow(0, { status: "rejected", httpStatus: 403, body: bytes(html) })).response;
  expect(body.startsWith(`<html>"bad"\né`)).toBe(true);
  expect(body.endsWith("é…")).toBe(true);
  expect(bytes(body).length).toBeLessThan(4100);
});

test("a refusal without a body has null, and no request id is an empty string", () => {
  const row = settledRow(0, { status: "failed", httpStatus: 503, body: null, requestId: null });
  expect(parsed(row).response).toEqual({ status_code: 503, request_id: "", body: null });
});

test("no HTTP answer, and a 2xx that was cut, have a null response and the error", () => {
  const none = settledRow(0, { status: "unknown", httpStatus: null, body: null, error: timeout });
  const cut = settledRow(0, { status: "unknown", httpStatus: 200, body: bytes(`{"a":`), error: timeout });
  for (const row of [none, cut]) {
    expect(parsed(row).response).toBeNull();
    expect(parsed(row).error).toEqual(timeout);
  }
});

test("an unsent row has its reason as the error, whatever status stopped the run", () => {
  const row = settledRow(0, { status: "unsent", httpStatus: 401, body: null, error: null });
  expect(parsed(row)).toMatchObject({
    response: null,
    error: { code: "unsent", message: expect.any(String) },
  });
});

test("a blank line of INPUT has no line", () => {
  expect(openaiFormat.line(settledRow(0, { status: "blank" }), NO_INPUT)).toBeNull();
});

test("any bytes as a body, in any standing, give one line of valid JSON in valid UTF-8", () => {
  const status = fc.constantFrom("answered", "rejected", "failed", "unknown", "unsent");
  const httpStatus = fc.constantFrom(null, 200, 302, 400, 500);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      status,
      httpStatus,
      fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "\ud800", "é", "\u2028") }),
      (body, ...rest) => {
        const [standing, http, customId] = rest;
        // An answered row's body is proven JSON before it is settled: here it is wrapped into some.
        const proven = standing === "answered" ? bytes(`{"x":${JSON.stringify(String(body))}}`) : body;
        const line = lineOf(settledRow(0, { status: standing, httpStatus: http, body: proven, customId }));
        expect(line).not.toMatch(/[\r\n]/);
        expect(JSON.parse(line).custom_id).toBe(customId);
      },
    ),
  );
});
