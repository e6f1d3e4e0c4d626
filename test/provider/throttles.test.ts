import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { providerNames } from "../../src/provider/index.ts";
import { access, daily, nested, rate } from "./vendor-errors.ts";
import { classified } from "./wire.ts";

describe("the headers of a 429", () => {
  it("park the lane when the wait is longer than 90 seconds, and only then", () => {
    for (const name of providerNames) {
      expect(classified(name, 429, "", { "retry-after": "90" })).toMatchObject({ reason: "rate" });
      expect(classified(name, 429, "", { "retry-after": "91" })).toMatchObject({
        ...daily,
        code: "long-wait",
        retryAfterMs: 91_000,
      });
    }
  });

  it("tell the wait by the limit that is used up", () => {
    const headers = {
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "12s",
    };
    expect(classified("openai", 429, "", headers)).toMatchObject({ ...rate, retryAfterMs: 12_000 });
  });

  it("of a used-up day park the lane until it is over", () => {
    const headers = {
      "x-ratelimit-limit-requests-day": "14400",
      "x-ratelimit-remaining-requests-day": "0",
      "x-ratelimit-reset-requests-day": "33011.5",
    };
    expect(classified("compatible", 429, "", headers)).toMatchObject({ ...daily, retryAfterMs: 33_011_500 });
  });

  it("close a model of which Mistral allows nothing", () => {
    const headers = { "x-ratelimit-limit-req-minute": "0" };
    const body = {
      object: "error",
      message: "Requests rate limit exceeded",
      type: "rate_limited",
      code: "1300",
    };
    expect(classified("compatible", 429, body, headers)).toMatchObject(access);
  });
});

it("no text of a 429 throws, or names a limit that is not finite and above 0", () => {
  const figure = fc.oneof(
    fc.integer().map(String),
    fc.double().map(String),
    fc.constantFrom("0", "-1", "1e18", "9".repeat(40), "1,000", ""),
  );
  const part = fc.oneof(
    figure,
    fc.string(),
    fc.constantFrom("Requests per Second (actual/limit): 2/", "on tokens per min: Limit ", "rate limit of "),
    fc.constantFrom(" requests per minute", " per 60s exceeded", ", Requested ", "Please try again in ", "s"),
    fc.constantFrom(
      '"quotaId":"GenerateRequestsPerMinute",',
      '"quotaValue":"',
      "__proto__",
      "Resets in: 1h ",
    ),
  );
  const sentence = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(""));
  const body = fc.oneof(
    sentence,
    sentence.map((message) => nested(message)),
    sentence.map((error) => ({ code: "resource-exhausted", error })),
    fc.tuple(sentence, fc.jsonValue()).map(([message, details]) => ({ error: { message, details } })),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(body, fc.constantFrom(...providerNames), figure, (value, name, retryAfter) => {
      const ending = classified(name, 429, value, { "retry-after": retryAfter });
      if (ending.kind !== "throttled") return;
      const { named, retryAfterMs } = ending;
      expect(named === null || (named.limit > 0 && Number.isFinite(named.limit))).toBe(true);
      expect(named === null || (named.windowMs > 0 && Number.isFinite(named.windowMs))).toBe(true);
      expect(retryAfterMs === null || (retryAfterMs >= 0 && Number.isFinite(retryAfterMs))).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});
