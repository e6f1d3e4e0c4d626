import { describe, expect, it } from "vitest";
import { isClosedByHeaders, mistralHeaders } from "../../../src/provider/headers/mistral.ts";
import { MINUTE, read, told } from "./heads.ts";

const HEADERS = {
  "x-ratelimit-limit-req-minute": "50",
  "x-ratelimit-remaining-req-minute": "49",
  "x-ratelimit-limit-tokens-minute": "50000",
  "x-ratelimit-remaining-tokens-minute": "47300",
  "x-ratelimit-tokens-query-cost": "1300",
};

describe("Mistral's headers", () => {
  it("are a minute's, without resets", () => {
    expect(read(mistralHeaders, HEADERS)).toEqual([
      told("requests", 50, MINUTE, { remaining: 49 }),
      told("tokens", 50_000, MINUTE, { remaining: 47_300 }),
    ]);
  });

  it("of 0 requests mean a model outside the plan, and no limit", () => {
    const headers = { "x-ratelimit-limit-req-minute": "0", "x-ratelimit-remaining-req-minute": "0" };
    expect(read(mistralHeaders, headers)).toEqual([]);
    expect(isClosedByHeaders({ status: 429, headers })).toBe(true);
    expect(isClosedByHeaders({ status: 429, headers: HEADERS })).toBe(false);
    expect(isClosedByHeaders({ status: 429, headers: {} })).toBe(false);
  });
});
