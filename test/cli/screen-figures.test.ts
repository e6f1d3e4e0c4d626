import { expect, test } from "vitest";
import { count, counted, duration, money, pace, percent } from "../../src/cli/screen/index.ts";
import { displayWidth, fitted, plainText } from "../../src/cli/screen/plain-text.ts";
import { wrapped } from "../../src/cli/screen/segments.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [1_234_567.4, "1,234,567"],
])("%d is %s", (amount, words) => {
  expect(count(amount)).toBe(words);
});

test("one row is one row", () => {
  expect([counted(1, "row"), counted(0, "row"), counted(1319, "row")]).toEqual([
    "1 row",
    "0 rows",
    "1,319 rows",
  ]);
});

test.each([
  [0, "0.0s"],
  [440, "0.4s"],
  [13_427, "13s"],
  [59_600, "1m 00s"],
  [245_000, "4m 05s"],
  [3_599_700, "1h 00m"],
  [7_500_000, "2h 05m"],
  [273_600_000, "3d 4h"],
])("%d ms are %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  [0, "0.0/s"],
  [0.04, "2.4/min"],
  [2.5, "2.5/s"],
  [36.94, "36.9/s"],
  [1204.4, "1,204/s"],
])("%d a second is %s", (perSecond, words) => {
  expect(pace(perSecond)).toBe(words);
});

test.each([
  [0, "0%"],
  [0.0001, "1%"],
  [0.984, "98%"],
  [0.9999, "99%"],
  [1, "100%"],
  [1.2, "120%"],
])("a share of %d is %s", (share, words) => {
  expect(percent(share)).toBe(words);
});

test("money has separators before the point only", () => {
  expect([money(0), money(12_345_670_000_000), money(12_345)]).toEqual(["$0.00", "$1,234.57", "$0.0000012"]);
});

test("the text of others becomes one line without codes, controls or reordering", () => {
  expect(plainText("a\u001b[31mb\u001b]8;;http://x\u0007c\u0000\r\nd\u202ee\u2028f\ud800g é 日本")).toBe(
    "abc d e f g é 日本",
  );
});

test("wide characters take two columns, combining ones none", () => {
  expect(["abc", "日本", "é", "e\u0301", "👍"].map(displayWidth)).toEqual([3, 4, 1, 1, 2]);
});

test("a text too long is cut before a character that would not fit", () => {
  expect([
    fitted("日本語", 6),
    fitted("日本語", 5),
    fitted("日本語", 4),
    fitted("abc", 1),
    fitted("abc", 0),
  ]).toEqual(["日本語", "日本…", "日…", "…", ""]);
});

test("a segment longer than a line is broken between words, and the next goes on behind it", () => {
  const segments = ["one two three four", "five", "six"].map((text) => ({ text }));
  expect(wrapped(segments, 12)).toEqual(["one two", "three four", "five · six"]);
  expect(wrapped([], 12)).toEqual([]);
});
