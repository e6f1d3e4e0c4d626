import { describe, expect, it } from "vitest";
import { anthropicHeaders } from "../../../src/provider/headers/anthropic.ts";
import { type Headers, MINUTE, read, told } from "./heads.ts";

/** An answer of api.anthropic.com, February 2025. */
const HEADERS: Headers = {
  "anthropic-ratelimit-input-tokens-limit": "80000",
  "anthropic-ratelimit-input-tokens-remaining": "78000",
  "anthropic-ratelimit-input-tokens-reset": "2025-02-24T22:25:32Z",
  "anthropic-ratelimit-output-tokens-limit": "16000",
  "anthropic-ratelimit-output-tokens-remaining": "12000",
  "anthropic-ratelimit-output-tokens-reset": "2025-02-24T22:25:47Z",
  "anthropic-ratelimit-requests-limit": "1000",
  "anthropic-ratelimit-requests-remaining": "999",
  "anthropic-ratelimit-requests-reset": "2025-02-24T22:25:30Z",
  "anthropic-ratelimit-tokens-limit": "96000",
  "anthropic-ratelimit-tokens-remaining": "90000",
  "anthropic-ratelimit-tokens-reset": "2025-02-24T22:25:32Z",
  date: "Mon, 24 Feb 2025 22:25:32 GMT",
};
const only = (part: string) =>
  Object.fromEntries(Object.entries(HEADERS).filter(([name]) => name.includes(part)));

describe("Anthropic's headers", () => {
  it("are a minute's; of all tokens as much is left as of the scarcer of input and output", () => {
    expect(read(anthropicHeaders, HEADERS)).toEqual([
      told("requests", 1000, MINUTE, { remaining: 999, resetMs: 0 }),
      told("tokens", 96_000, MINUTE, { remaining: 72_000, resetMs: 15_000 }),
    ]);
  });

  it("of a workspace's own limit on all tokens win where that is the scarcest", () => {
    const headers = { ...HEADERS, "anthropic-ratelimit-tokens-remaining": "100" };
    expect(read(anthropicHeaders, headers)[1]).toEqual(
      told("tokens", 96_000, MINUTE, { remaining: 100, resetMs: 0 }),
    );
  });

  it("of input and output add up where the sum is not told", () => {
    const headers = { ...only("put-tokens"), date: HEADERS.date ?? "" };
    expect(read(anthropicHeaders, headers)).toEqual([
      told("tokens", 96_000, MINUTE, { remaining: 72_000, resetMs: 15_000 }),
    ]);
  });

  it("of one part alone are no limit of all tokens", () => {
    expect(read(anthropicHeaders, only("output-tokens"))).toEqual([]);
  });

  it("with a moment of years ago tell no reset", () => {
    const { date: _, ...undated } = HEADERS;
    expect(read(anthropicHeaders, undated)[0]).toMatchObject({ limit: 1000, resetMs: null });
  });
});
