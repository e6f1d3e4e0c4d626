import { describe, expect, it } from "vitest";
import type { ToldLimit } from "../../src/model/limits.ts";
import { readWait } from "../../src/provider/wait-hint.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const wait = (headers: Record<string, string | string[]>, words = "", told: readonly ToldLimit[] = []) =>
  readWait({ status: 429, headers }, told, words, () => NOW);

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
    ["* Quota exceeded for metric: x, limit: 5\nPlease retry in 58.217843437s.", 58_217.843437],
    ["Rate limit of 15 per 60s exceeded. Please wait 7 seconds before retrying.", 7000],
    ["request reached max organization concurrency: 1, please try again after 1 seconds", 1000],
    [`Provider returned error {"headers":{"X-RateLimit-Reset":"${NOW + 4000}"}}`, 4000],
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

  it("Retry-After twice with different figures is ignored, twice the same is read", () => {
    expect(wait({ "retry-after": ["3", "4"] })).toBeNull();
    expect(wait({ "retry-after": ["3", "3"] })).toBe(3000);
  });

  describe("where the headers tell which limit is used up", () => {
    const limit = (remaining: number | null, resetMs: number | null): ToldLimit => ({
      dimension: "requests",
      limit: 10,
      windowMs: 60_000,
      remaining,
      resetMs,
      dormant: false,
    });
    it.each([
      ["its reset is the wait", [limit(5, 50_000), limit(0, 8000)], {}, "", 8000],
      ["the longest of several is", [limit(0, 9000), limit(0, 8000)], {}, "", 9000],
      ["Retry-After comes first", [limit(0, 8000)], { "retry-after": "3" }, "", 3000],
      ["the words come after", [limit(0, 8000)], {}, "Please try again in 5s", 8000],
      ["a limit with something left does not count", [limit(1, 8000)], {}, "Please try again in 5s", 5000],
      ["one without a reset neither", [limit(0, null)], {}, "", null],
    ])("%s", (_what, told, headers, words, expected) => {
      expect(wait(headers as Record<string, string>, words, told)).toBe(expected);
    });
  });

  it("words without a figure say nothing", () => {
    expect(wait({}, "Please try again in a moment")).toBeNull();
    expect(wait({}, "Please try again in 5 mysteries")).toBeNull();
  });
});
