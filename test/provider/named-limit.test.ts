import { describe, expect, it } from "vitest";
import { limitReader } from "../../src/provider/named-limit.ts";

const read = limitReader(
  /(?<limit>[\d,.]+) (?<dimension>\w+) per (?<period>\w+)/,
  /(?<limit>\d+) per (?<seconds>\d+)s/,
);

describe("the limit that a text names", () => {
  it.each([
    ["5 requests per second", { dimension: "requests", limit: 5, windowMs: 1000 }],
    ["30,000 Tokens per Minute", { dimension: "tokens", limit: 30_000, windowMs: 60_000 }],
    ["10 things per day", { dimension: "requests", limit: 10, windowMs: 86_400_000 }],
    ["15 per 60s", { dimension: "requests", limit: 15, windowMs: 60_000 }],
    ["0 requests per minute", { dimension: "requests", limit: 0, windowMs: 60_000 }],
  ])("%j", (words, expected) => {
    expect(read(words)).toEqual(expected);
  });

  it.each([
    "no limit at all",
    "5 requests per fortnight",
    "5 requests per constructor",
    "5 per 0s",
    `${"9".repeat(30)} requests per minute`,
    "1.2.3 requests per minute",
  ])("%j names none", (words) => {
    expect(read(words)).toBeNull();
  });
});
