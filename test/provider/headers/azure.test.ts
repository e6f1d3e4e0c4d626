import { describe, expect, it } from "vitest";
import { azureHeaders } from "../../../src/provider/headers/azure.ts";
import { type Headers, MINUTE, read, told } from "./heads.ts";

/** Whole seconds for resets and renewal; as captured from Azure and GitHub Models in 2026. */
const head = (over: Headers = {}): Headers => ({
  "x-ratelimit-limit-requests": "2500",
  "x-ratelimit-remaining-requests": "2499",
  "x-ratelimit-renewalperiod-requests": "60",
  "x-ratelimit-reset-requests": "24",
  "x-ratelimit-limit-tokens": "250000",
  "x-ratelimit-remaining-tokens": "249993",
  "x-ratelimit-renewalperiod-tokens": "60",
  "x-ratelimit-reset-tokens": "1",
  ...over,
});

describe("Azure's headers", () => {
  it("are a minute's, with resets in whole seconds", () => {
    expect(read(azureHeaders, head())).toEqual([
      told("requests", 2500, MINUTE, { remaining: 2499, resetMs: 24_000 }),
      told("tokens", 250_000, MINUTE, { remaining: 249_993, resetMs: 1000 }),
    ]);
  });

  it("may name another window", () => {
    const headers = head({ "x-ratelimit-renewalperiod-requests": "10", "x-ratelimit-reset-requests": "3" });
    expect(read(azureHeaders, headers)[0]).toEqual(
      told("requests", 2500, 10_000, { remaining: 2499, resetMs: 3000 }),
    );
  });

  it("of −1 and 0, as the Responses API sent them in November 2025, tell nothing", () => {
    const headers = {
      "x-ratelimit-limit-requests": "-1",
      "x-ratelimit-remaining-requests": "-1",
      "x-ratelimit-reset-requests": "0",
      "x-ratelimit-limit-tokens": "0",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "0",
    };
    expect(read(azureHeaders, headers)).toEqual([]);
  });

  it("with a renewal period that is none tell nothing of that dimension", () => {
    const headers = head({ "x-ratelimit-renewalperiod-requests": "0" });
    expect(read(azureHeaders, headers).map(({ dimension }) => dimension)).toEqual(["tokens"]);
  });
});
