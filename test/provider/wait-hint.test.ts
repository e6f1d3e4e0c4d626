import { describe, expect, it } from "vitest";
import { readWait } from "../../src/provider/wait-hint.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const wait = (headers: Record<string, string>, words = "") =>
  readWait({ status: 429, headers }, words, () => NOW);

describe("how long a response asks to wait", () => {
  it.each([
    [{ "retry-after-ms": "250" }, 250],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "1.559999999" }, 1559.999999],
    [{ "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, 30_000],
    [{ "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", date: "Sun, 22 Nov 2026 12:00:10 GMT" }, 20_000],
    [{ "retry-after-ms": "-1", "retry-after": "3" }, 3000],
  ])("%j is %d ms", (headers, expected) => {
    expect(wait(headers)).toBeCloseTo(expected, 6);
  });

  it.each([
    ["Please try again in 5.289s.", 5289],
    ["Please try again in 6m0s.", 360_000],
    ["Please try again in 120ms.", 120],
    ["try again in 1h2m3s", 3_723_000],
    ["Please retry after 6 seconds.", 6000],
    ["Resets in: 1h 2m 3s", 3_723_000],
    ['[{"retryDelay":"60s"}]', 60_000],
    ["Please try again in 2m59.56s", 179_560],
  ])("%j is %d ms", (words, expected) => {
    expect(wait({}, words)).toBeCloseTo(expected, 6);
  });

  it.each([
    "-1",
    "-5",
    "1e18",
    "1000000000000000000",
    "NaN",
    "soon",
    "",
    "1700000000",
    "Thu, 01 Jan 1970 00:00:00 GMT",
  ])("Retry-After %j is absurd and ignored", (value) => {
    expect(wait({ "retry-after": value })).toBeNull();
  });

  it("words without a figure say nothing", () => {
    expect(wait({}, "Please try again in a moment")).toBeNull();
    expect(wait({}, "Please try again in 5 mysteries")).toBeNull();
  });
});
