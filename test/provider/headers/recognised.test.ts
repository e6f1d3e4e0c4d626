import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recognisedHeaders } from "../../../src/provider/headers/recognised.ts";
import { DAY, MINUTE, NOW, read } from "./heads.ts";

const windows = (headers: Readonly<Record<string, string>>) =>
  read(recognisedHeaders, headers).map(({ dimension, windowMs, dormant }) => [dimension, windowMs, dormant]);

const OPENAI_NAMES = {
  "x-ratelimit-limit-requests": "14400",
  "x-ratelimit-remaining-requests": "14370",
  "x-ratelimit-limit-tokens": "18000",
  "x-ratelimit-remaining-tokens": "17000",
};

describe("an endpoint of which nothing is known", () => {
  it.each([
    [
      "Mistral",
      { "x-ratelimit-limit-req-minute": "50", "x-ratelimit-limit-tokens-minute": "50000" },
      [
        ["requests", MINUTE, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "Cerebras",
      { "x-ratelimit-limit-requests-day": "14400", "x-ratelimit-limit-tokens-minute": "60000" },
      [
        ["requests", DAY, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "Anthropic",
      { "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-tokens-limit": "60000" },
      [
        ["requests", MINUTE, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "Together",
      { "x-ratelimit-limit": "10", "x-tokenlimit-limit": "3000" },
      [
        ["requests", 1000, false],
        ["tokens", 1000, false],
      ],
    ],
    [
      "Groq",
      { ...OPENAI_NAMES, "x-groq-region": "fra" },
      [
        ["requests", DAY, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "xAI",
      { ...OPENAI_NAMES, "x-zero-data-retention": "true" },
      [
        ["requests", 1000, false],
        ["requests", MINUTE, true],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "OpenAI",
      { ...OPENAI_NAMES, "openai-processing-ms": "300" },
      [
        ["requests", null, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "Azure",
      { ...OPENAI_NAMES, "x-ratelimit-renewalperiod-requests": "60" },
      [
        ["requests", MINUTE, false],
        ["tokens", MINUTE, false],
      ],
    ],
    [
      "nobody",
      OPENAI_NAMES,
      [
        ["requests", null, false],
        ["tokens", null, false],
      ],
    ],
    ["OpenRouter", { "x-ratelimit-limit": "20" }, [["requests", null, false]]],
    ["the IETF draft", { "ratelimit-policy": '"a";q=10;w=60' }, [["requests", MINUTE, false]]],
    ["vLLM", { "content-type": "application/json", server: "uvicorn" }, []],
  ])("that speaks like %s is understood", (_who, headers, expected) => {
    expect(windows(headers as Readonly<Record<string, string>>)).toEqual(expected);
  });

  it("never gives anything but a finite limit above 0, whatever its headers hold", () => {
    const names = [
      "x-ratelimit-*-requests",
      "x-ratelimit-*-tokens",
      "x-ratelimit-*-project-tokens",
      "x-ratelimit-*",
      "x-tokenlimit-*",
      "x-ratelimit-*-req-minute",
      "x-ratelimit-*-requests-day",
      "x-ratelimit-*-tokens-minute",
      "anthropic-ratelimit-input-tokens-*",
      "anthropic-ratelimit-output-tokens-*",
      "anthropic-ratelimit-tokens-*",
      "ratelimit-*",
    ].flatMap((name) => ["limit", "remaining", "reset"].map((what) => name.replace("*", what)));
    const marks = [
      "x-groq-region",
      "x-zero-data-retention",
      "apim-request-id",
      "openai-processing-ms",
      "date",
    ];
    const periods = ["x-ratelimit-renewalperiod-requests", "ratelimit-policy", "ratelimit"];
    const text = fc.oneof(
      fc.nat({ max: 1_000_000 }).map(String),
      fc.double().map(String),
      fc.constantFrom("-1", "0", "", "NaN", "Infinity", "1e18", "9".repeat(40), "6m0s", "1h2m3s", "120ms"),
      fc.constantFrom(
        "2026-11-25T12:00:30Z",
        "1764072030000",
        "1764072030",
        '"a";q=1;w=0',
        '"a";q=5;w=9;r=9;t=2',
      ),
      fc.string(),
    );
    const value = fc.oneof({ weight: 9, arbitrary: text }, fc.array(text, { minLength: 1, maxLength: 3 }));
    const headers = fc.dictionary(fc.constantFrom(...names, ...marks, ...periods), value, { maxKeys: 12 });
    fc.assert(
      fc.property(headers, (record) => {
        for (const told of recognisedHeaders({ status: 200, headers: record }, () => NOW)) {
          const { limit, windowMs, remaining, resetMs } = told;
          expect(limit > 0 && Number.isFinite(limit)).toBe(true);
          expect(windowMs === null || (windowMs > 0 && Number.isFinite(windowMs))).toBe(true);
          expect(remaining === null || (remaining >= 0 && remaining <= limit)).toBe(true);
          expect(resetMs === null || (resetMs >= 0 && resetMs <= 30 * DAY)).toBe(true);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});
