import { expect, test } from "vitest";
import { restOf } from "../../src/sink/rest-of.ts";

const PARTS = ["abc", "", "de", "f"].map((text) => Buffer.from(text));
const left = (written: number) => Buffer.concat(restOf(PARTS, written)).toString();

test.each([
  [0, "abcdef"],
  [2, "cdef"],
  [3, "def"],
  [4, "ef"],
  [6, ""],
])("after %i bytes there is left what was not written", (written, rest) => {
  expect(left(written)).toBe(rest);
});

test("nothing is left, not even an empty part, when all is written", () => {
  expect(restOf(PARTS, 6)).toEqual([]);
});
