import { describe, expect, it } from "vitest";
import { cerebrasHeaders } from "../../../src/provider/headers/cerebras.ts";
import { DAY, MINUTE, read, told } from "./heads.ts";

describe("Cerebras's headers", () => {
  it("say the window in their names, and resets as seconds with a long fraction", () => {
    const headers = {
      "x-ratelimit-limit-requests-day": "1000000000",
      "x-ratelimit-limit-tokens-minute": "1000000000",
      "x-ratelimit-remaining-requests-day": "999997455",
      "x-ratelimit-remaining-tokens-minute": "999998298",
      "x-ratelimit-reset-requests-day": "33011.382867097855",
      "x-ratelimit-reset-tokens-minute": "11.382867097854614",
    };
    expect(read(cerebrasHeaders, headers)).toEqual([
      told("requests", 1e9, DAY, { remaining: 999_997_455, resetMs: expect.closeTo(33_011_382.867, 3) }),
      told("tokens", 1e9, MINUTE, { remaining: 999_998_298, resetMs: expect.closeTo(11_382.867, 3) }),
    ]);
  });

  it("tell the minute's and the hour's requests beside the day's, where they are sent", () => {
    const headers = {
      "x-ratelimit-limit-requests-minute": "30",
      "x-ratelimit-limit-requests-hour": "900",
      "x-ratelimit-limit-requests-day": "14400",
    };
    expect(read(cerebrasHeaders, headers)).toEqual([
      told("requests", 30, MINUTE),
      told("requests", 900, 3_600_000),
      told("requests", 14_400, DAY),
    ]);
  });
});
