import { describe, expect, it } from "vitest";
import { togetherHeaders } from "../../../src/provider/headers/together.ts";
import { read, told } from "./heads.ts";

const HEADERS = {
  "x-ratelimit-limit": "10",
  "x-ratelimit-remaining": "9",
  "x-ratelimit-reset": "0.1",
  "x-tokenlimit-limit": "3000",
  "x-tokenlimit-remaining": "2950",
};

describe("Together's headers", () => {
  it("are a second's", () => {
    expect(read(togetherHeaders, HEADERS)).toEqual([
      told("requests", 10, 1000, { remaining: 9, resetMs: 100 }),
      told("tokens", 3000, 1000, { remaining: 2950 }),
    ]);
  });

  it("hold the dynamic limit beside the fixed one", () => {
    const headers = { ...HEADERS, "x-ratelimit-limit-dynamic": "4", "x-ratelimit-remaining-dynamic": "3" };
    expect(read(togetherHeaders, headers)[0]).toMatchObject({ limit: 4, remaining: 3, windowMs: 1000 });
  });
});
