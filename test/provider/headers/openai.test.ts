import { describe, expect, it } from "vitest";
import { openaiHeaders } from "../../../src/provider/headers/openai.ts";
import { DAY, type Headers, MINUTE, read, told } from "./heads.ts";

const requests = (limit: string, remaining: string, reset: string): Headers => ({
  "x-ratelimit-limit-requests": limit,
  "x-ratelimit-remaining-requests": remaining,
  "x-ratelimit-reset-requests": reset,
});
const tokens = (limit: string, remaining: string, reset: string, kind = "tokens"): Headers => ({
  [`x-ratelimit-limit-${kind}`]: limit,
  [`x-ratelimit-remaining-${kind}`]: remaining,
  [`x-ratelimit-reset-${kind}`]: reset,
});

describe("OpenAI's headers", () => {
  it.each([
    [
      "5000 a minute",
      { ...requests("5000", "4999", "12ms"), ...tokens("160000", "159976", "9ms") },
      [
        told("requests", 5000, MINUTE, { remaining: 4999, resetMs: 12 }),
        told("tokens", 160_000, MINUTE, { remaining: 159_976, resetMs: 9 }),
      ],
    ],
    [
      "the guide's own sample, whose token reset is longer than a minute",
      { ...requests("60", "59", "1s"), ...tokens("150000", "149984", "6m0s") },
      [
        told("requests", 60, MINUTE, { remaining: 59, resetMs: 1000 }),
        told("tokens", 150_000, MINUTE, { remaining: 149_984 }),
      ],
    ],
    [
      "a project with a limit of its own: both hold",
      {
        ...tokens("30000", "29900", "200ms"),
        ...tokens("100000", "99000", "600ms", "project-tokens"),
      },
      [told("tokens", 30_000, MINUTE, { remaining: 29_900, resetMs: 200 })],
    ],
    [
      "a project that is nearly used up by others",
      { ...tokens("30000", "29900", "200ms"), ...tokens("100000", "400", "59.76s", "project-tokens") },
      [told("tokens", 30_000, MINUTE, { remaining: 400, resetMs: 59_760 })],
    ],
    [
      "requests counted per day: never a minute's",
      requests("10000", "9999", "8.64s"),
      [told("requests", 10_000, DAY, { remaining: 9999, resetMs: 8640 })],
    ],
    [
      "requests per day, an hour's worth used",
      requests("200", "191", "1h4m48s"),
      [told("requests", 200, DAY, { remaining: 191, resetMs: 3_888_000 })],
    ],
    [
      "figures that fit no window",
      requests("500", "123", "1s"),
      [told("requests", 500, null, { remaining: 123, resetMs: 1000 })],
    ],
    [
      "nothing missing yet: the window does not show",
      requests("500", "500", "0s"),
      [told("requests", 500, null, { remaining: 500, resetMs: 0 })],
    ],
  ])("%s", (_what, headers, expected) => {
    expect(read(openaiHeaders, headers as Headers)).toEqual(expected);
  });

  it("without a reset leave the window open", () => {
    expect(read(openaiHeaders, { "x-ratelimit-limit-requests": "500" })).toEqual([
      told("requests", 500, null),
    ]);
  });
});
