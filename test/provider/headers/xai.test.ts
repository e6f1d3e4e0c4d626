import { describe, expect, it } from "vitest";
import { xaiHeaders } from "../../../src/provider/headers/xai.ts";
import { MINUTE, read, told } from "./heads.ts";

/** As seen on answers of api.x.ai in September and October 2026; there is no reset, and nothing on a 429. */
const head = (requests: string, left: string, tokens: string, tokensLeft: string) => ({
  "x-ratelimit-limit-requests": requests,
  "x-ratelimit-remaining-requests": left,
  "x-ratelimit-limit-tokens": tokens,
  "x-ratelimit-remaining-tokens": tokensLeft,
  "x-zero-data-retention": "false",
});

describe("xAI's headers", () => {
  it.each([
    ["grok-4.6, tier 0", head("7200", "7199", "50000000", "49999000"), 150, 7200, 7199, 50_000_000],
    ["grok-4.20, tier 0", head("1800", "1800", "10000000", "10000000"), 37, 1800, 1800, 10_000_000],
    ["grok-4.6, tier 1", head("8300", "8300", "53000000", "53000000"), 172, 8300, 8300, 53_000_000],
    ["less than two a second", head("60", "12", "16000", "9000"), 2, 60, 12, 16_000],
  ])(
    "of %s give the second at once, and the minute once it is named",
    (_who, headers, rps, rpm, left, tpm) => {
      const tokensLeft = Number(headers["x-ratelimit-remaining-tokens"]);
      expect(read(xaiHeaders, headers)).toEqual([
        told("requests", rps, 1000),
        told("requests", rpm, MINUTE, { remaining: left, dormant: true }),
        told("tokens", tpm, MINUTE, { remaining: tokensLeft }),
      ]);
    },
  );

  it("tell nothing where there are none, as on a 429", () => {
    expect(read(xaiHeaders, { "x-request-id": "r" }, 429)).toEqual([]);
  });

  it.each(["-1", "0", "", "NaN", "1e18", "1000000000000000000", "many"])(
    "with %j for a limit tell nothing of requests",
    (absurd) => {
      expect(read(xaiHeaders, head(absurd, "1", "16000", "16000"))).toEqual([
        told("tokens", 16_000, MINUTE, { remaining: 16_000 }),
      ]);
    },
  );
});
