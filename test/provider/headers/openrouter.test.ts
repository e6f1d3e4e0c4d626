import { describe, expect, it } from "vitest";
import { openrouterHeaders } from "../../../src/provider/headers/openrouter.ts";
import { NOW, read, told } from "./heads.ts";

const head = (limit: string, reset: number) => ({
  "x-ratelimit-limit": limit,
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(reset),
});

describe("OpenRouter's headers", () => {
  it("of the free models' day are no minute's, and tell when it is over", () => {
    expect(read(openrouterHeaders, head("50", NOW + 3 * 3_600_000), 429)).toEqual([
      told("requests", 50, null, { remaining: 0, resetMs: 10_800_000 }),
    ]);
  });

  it("are read in epoch seconds as well, and against the server's own clock", () => {
    const headers = { ...head("20", NOW / 1000 + 42), date: "Wed, 25 Nov 2026 12:00:12 GMT" };
    expect(read(openrouterHeaders, headers, 429)).toEqual([
      told("requests", 20, null, { remaining: 0, resetMs: 30_000 }),
    ]);
  });
});
