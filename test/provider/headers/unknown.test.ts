import { describe, expect, it } from "vitest";
import { unknownHeaders } from "../../../src/provider/headers/unknown.ts";
import { MINUTE, read } from "./heads.ts";

const head = (limit: string, remaining: string, reset: string) => ({
  "x-ratelimit-limit-requests": limit,
  "x-ratelimit-remaining-requests": remaining,
  "x-ratelimit-reset-requests": reset,
});

describe("OpenAI's names from a host that nobody knows", () => {
  it.each([
    ["a bucket that a minute fills", head("500", "499", "120ms"), MINUTE],
    ["the same, some of it back already", head("500", "497", "342ms"), MINUTE],
    ["a bucket in seconds", head("60", "30", "30"), MINUTE],
    ["Groq's day", head("14400", "14370", "2m59.56s"), null],
    ["Groq's day, at its start", head("14400", "14399", "6s"), null],
    ["a fixed minute that looks like a day", head("1000", "999", "51s"), null],
    [
      "no reset, as xAI",
      { "x-ratelimit-limit-requests": "1800", "x-ratelimit-remaining-requests": "1799" },
      null,
    ],
    ["nothing missing", head("500", "500", "0s"), null],
    ["more left than the limit", head("500", "501", "120ms"), null],
    ["a reset without a unit anybody knows", head("500", "499", "2 fortnights"), null],
  ])("%s", (_what, headers, windowMs) => {
    expect(read(unknownHeaders, headers)).toEqual([
      expect.objectContaining({ limit: Number(headers["x-ratelimit-limit-requests"]), windowMs }),
    ]);
  });
});
