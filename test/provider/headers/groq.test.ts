import { describe, expect, it } from "vitest";
import { groqHeaders } from "../../../src/provider/headers/groq.ts";
import { DAY, MINUTE, read, told } from "./heads.ts";

describe("Groq's headers", () => {
  it.each([
    ["14400", "14370", "2m59.56s", 179_560, "18000", "17997", "7.66s", 7660],
    ["1000", "995", "2m30s", 150_000, "8000", "7500", "400ms", 400],
    ["14400", "14399", "6s", 6000, "6000", "5844", "1.559999999s", 1559.999999],
  ])("count %s requests a day, %s left, and tokens a minute", (...cells) => {
    const [requests, left, reset, resetMs, tokens, tokensLeft, tokensReset, tokensResetMs] = cells;
    const headers = {
      "x-ratelimit-limit-requests": requests,
      "x-ratelimit-remaining-requests": left,
      "x-ratelimit-reset-requests": reset,
      "x-ratelimit-limit-tokens": tokens,
      "x-ratelimit-remaining-tokens": tokensLeft,
      "x-ratelimit-reset-tokens": tokensReset,
      "x-groq-region": "fra",
    };
    expect(read(groqHeaders, headers)).toEqual([
      told("requests", Number(requests), DAY, { remaining: Number(left), resetMs }),
      told("tokens", Number(tokens), MINUTE, {
        remaining: Number(tokensLeft),
        resetMs: expect.closeTo(tokensResetMs, 6),
      }),
    ]);
  });
});
