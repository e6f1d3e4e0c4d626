import fc from "fast-check";
import { expect, it } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { providerNames } from "../../src/provider/index.ts";
import { ASKED, provider } from "./wire.ts";

const name = fc.oneof(
  fc.constantFrom(
    "error",
    "message",
    "choices",
    "usage",
    "code",
    "type",
    "status",
    "output",
    "data",
    "errors",
  ),
  fc.constantFrom("finish_reason", "detail", "details", "metadata", "loc", "msg", "model", "service_tier"),
  fc.constantFrom("prompt_tokens", "completion_tokens", "total_tokens", "cost_in_usd_ticks", "cached_tokens"),
  fc.constantFrom("prompt_tokens_details", "completion_tokens_details", "reasoning_tokens", "content"),
  fc.constantFrom("__proto__", "constructor", "toString", "priority", "incomplete_details"),
  fc.string(),
);
const leaf = fc.oneof(
  name,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, 0, -1, 1e12, 1e15, 1e300),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie("json")), { maxLength: 5 }).map(Object.fromEntries),
  ),
}));
/** Numbers that may be absurd, but mostly are counts: these reach the arithmetic. */
const count = fc.oneof(fc.nat(), fc.nat(), leaf);
const answer = fc.record({
  model: fc.constantFrom("grok-4.3", "gpt-4o", "nobody-knows"),
  service_tier: fc.constantFrom("default", "priority", null),
  choices: fc.constant([{ message: { content: "x" }, finish_reason: "stop" }]),
  usage: fc.record({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cost_in_usd_ticks: fc.option(count),
    prompt_tokens_details: fc.option(fc.record({ cached_tokens: count })),
    completion_tokens_details: fc.option(fc.record({ reasoning_tokens: count })),
  }),
});
const text = fc.oneof(fc.string(), fc.constantFrom("5", "-1", "1e18", "https://example.com/?key=secret"));
const headers = fc.dictionary(
  fc.constantFrom("retry-after", "date", "location", "x-request-id", "x-ratelimit-limit-requests"),
  fc.oneof(text, fc.array(text, { maxLength: 2 })),
);
const body = fc.oneof(
  answer.map((value) => Buffer.from(JSON.stringify(value))),
  json.map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string().map((words) => Buffer.from(`<html>${words}`)),
);
const head = fc.record({
  status: fc.oneof(fc.constantFrom(200, 200, 400, 403, 404, 429), fc.integer({ min: 100, max: 599 })),
  headers,
});
const end: fc.Arbitrary<WireEnd> = fc.oneof(
  fc.record({ kind: fc.constant("response" as const), head, body }),
  fc.record({
    kind: fc.constant("broken" as const),
    code: fc.constant("reset"),
    message: fc.constant("reset"),
    head: fc.option(head),
    body: fc.option(body),
  }),
);

it("whatever comes over the wire ends in words for a person and in counts that add up", () => {
  fc.assert(
    fc.property(end, fc.constantFrom(...providerNames), (wireEnd, who) => {
      const ending = provider(who).classify(wireEnd, ASKED);
      expect(ending.message.length).toBeLessThanOrEqual(500);
      expect(ending.message).not.toMatch(/\p{Cc}/u);
      if (ending.kind !== "answered") {
        expect(ending.message).not.toBe("");
        return;
      }
      const { usage, cost } = ending.reply;
      if (cost !== null) expect(cost.ticks >= 0 && Number.isSafeInteger(cost.ticks)).toBe(true);
      if (usage === null) return;
      for (const tokens of Object.values(usage))
        expect(tokens >= 0 && Number.isSafeInteger(tokens)).toBe(true);
      expect(usage.cachedTokens).toBeLessThanOrEqual(usage.inputTokens);
      expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
      expect(usage.totalTokens).toBe(usage.inputTokens + usage.outputTokens);
    }),
    { numRuns: 10_000 },
  );
});
