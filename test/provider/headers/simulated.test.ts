import { describe, expect, it } from "vitest";
import { simulatedHeaders } from "../../../src/provider/headers/simulated.ts";
import { MINUTE, read, told } from "./heads.ts";

const HEADERS = { "x-ratelimit-limit-requests": "1800", "x-ratelimit-remaining-requests": "1799" };

describe("the simulator's headers", () => {
  it("are xAI's without a reset, and OpenAI's with one", () => {
    expect(read(simulatedHeaders, HEADERS).map(({ limit }) => limit)).toEqual([37, 1800]);
    expect(read(simulatedHeaders, { ...HEADERS, "x-ratelimit-reset-requests": "59.9s" })).toEqual([
      told("requests", 1800, MINUTE, { remaining: 1799, resetMs: 59_900 }),
    ]);
  });
});
