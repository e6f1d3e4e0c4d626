import { describe, expect, test } from "vitest";
import { lineFormat, readOpenaiLine } from "../../src/sink/index.ts";
import { bytes, settledRow, text } from "./rows.ts";

const line = (...change: Parameters<typeof settledRow>) => {
  const pieces = lineFormat("openai").line(settledRow(...change), new Uint8Array(0));
  return bytes(text(pieces ?? []));
};

describe("a line of OUTPUT", () => {
  test.each([
    ["with an id", { customId: "a" }, "a"],
    ["with an id that looks like a line", { customId: 'x","body":{"y":1}' }, 'x","body":{"y":1}'],
    ["without an id", { customId: null }, "request-4"],
  ])("%s gives back its answer, byte for byte", (_title, change, label) => {
    const body = bytes('{"text": "say \\"body\\": \u00e9", "n": 1.50}');
    const read = readOpenaiLine(
      line(3, { ...change, status: "answered", httpStatus: 200, body, requestId: "r1" }),
    );
    expect(read).toEqual({ label, line: 4, httpStatus: 200, requestId: "r1", body: expect.anything() });
    expect(text([read?.body ?? ""])).toBe(text([body]));
  });

  test.each(["rejected", "failed", "unknown", "unsent"] as const)(
    "of a row that is %s gives none",
    (status) => {
      const error = { code: status, message: "for a reason" };
      expect(readOpenaiLine(line(3, { status, httpStatus: 400, body: bytes("{}"), error }))).toBeNull();
    },
  );

  test("gives none when it was cut anywhere, nor does any other line", () => {
    const whole = line(3, { status: "answered", httpStatus: 200, body: bytes('{"a":[1,2]}') });
    for (let length = 0; length < whole.length; length += 1) {
      expect(readOpenaiLine(whole.subarray(0, length))).toBeNull();
    }
    for (const other of ["", "null", "[]", '{"id":"x","response":{}}', "What is 2 + 2?"]) {
      expect(readOpenaiLine(bytes(other))).toBeNull();
    }
  });
});
