import { describe, expect, it } from "vitest";
import { ASKED, classified, provider, response } from "./wire.ts";

const TEAM = "6c1a8b0e-0000-4000-8000-000000000000";

describe("xAI's bodies", () => {
  const flat = (code: string, error: string) => ({ code, error });
  const limit = (scope: string, numbers: string) =>
    `Too many ${scope.startsWith("T") ? "tokens" : "requests"} for team ${TEAM} and model grok-4.3. Your team's rate limit is — ${scope} (actual/limit): ${numbers}.`;
  it.each([
    [
      400,
      flat(
        "invalid-argument",
        "Incorrect API key provided: xa***fo. You can obtain an API key from https://console.x.ai.",
      ),
      { kind: "account", reason: "key" },
    ],
    [
      400,
      flat("invalid-argument", "Argument not supported on this model: stop"),
      { kind: "rejected", code: "http-400" },
    ],
    [
      403,
      flat(
        "permission-denied",
        `Content violates usage guidelines. Team: ${TEAM}, API key ID: k, Model: grok-4.3, Failed check: SAFETY_CHECK_TYPE_BIO`,
      ),
      { kind: "rejected", code: "content", feePossible: true, unexplained: false },
    ],
    [
      403,
      flat("permission-denied", "The API key does not have access to this endpoint."),
      { kind: "account", reason: "blocked" },
    ],
    [403, flat("permission-denied", "Your team is blocked."), { kind: "account", reason: "blocked" }],
    [
      403,
      flat("permission-denied", "Your newly created team doesn't have any credits yet."),
      { kind: "account", reason: "credits" },
    ],
    [403, flat("permission-denied", "No."), { kind: "rejected", unexplained: true, feePossible: false }],
    [
      404,
      flat("not-found", `The model grok-43 does not exist or your team ${TEAM} does not have access to it.`),
      { kind: "account", reason: "model" },
    ],
    [
      404,
      flat("not-found", "A file of a request to model grok-4.3 was not found."),
      { kind: "rejected", unexplained: false },
    ],
    [404, flat("not-found", "No stored response with this id."), { kind: "rejected", unexplained: false }],
    [
      429,
      flat("resource-exhausted", limit("Requests per Second", "37/37")),
      { kind: "throttled", reason: "rate", named: { dimension: "requests", limit: 37, windowMs: 1000 } },
    ],
    [
      429,
      flat("resource-exhausted", limit("Requests per Minute", "1801/1800")),
      { kind: "throttled", reason: "rate", named: { dimension: "requests", limit: 1800, windowMs: 60_000 } },
    ],
    [
      429,
      flat("resource-exhausted", limit("Tokens per Minute", "65605/16000")),
      {
        kind: "throttled",
        code: "token-limit",
        named: { dimension: "tokens", limit: 16000, windowMs: 60_000 },
      },
    ],
    [
      429,
      flat("resource-exhausted", `Too many requests for team ${TEAM} and model grok-4.3.`),
      { kind: "throttled", reason: "rate", named: null },
    ],
    [
      429,
      flat("resource-exhausted", limit("Requests per Minute", "0/0")),
      { kind: "account", reason: "access" },
    ],
    [
      429,
      flat(
        "resource-exhausted",
        `Your team ${TEAM} has either used all available credits or reached its monthly spending limit.`,
      ),
      { kind: "account", reason: "credits" },
    ],
    [429, flat("resource-exhausted", "Free usage quota exceeded."), { kind: "account", reason: "credits" }],
    [
      429,
      flat("unavailable", "The model is temporarily at capacity. Please retry your request shortly."),
      { kind: "throttled", reason: "capacity", named: null },
    ],
    [
      429,
      { error: { message: limit("Requests per Second", "2/2") } },
      { kind: "throttled", named: { limit: 2 } },
    ],
    [429, limit("Requests per Second", "2/2"), { kind: "throttled", named: { limit: 2 } }],
    [
      429,
      `${limit("Requests per Minute", "9/8")} Resets in: 1h 2m 3s`,
      { kind: "throttled", retryAfterMs: 3_723_000 },
    ],
  ])("HTTP %i %j", (status, body, expected) => {
    for (const name of ["xai", "compatible", "simulator"]) {
      expect(classified(name, status, body)).toMatchObject(expected);
    }
  });

  it("a model that does not exist is answered with names near it", () => {
    const body = flat("not-found", "The model grok-4.33 does not exist.");
    const ending = provider("xai").classify(response(404, body), { ...ASKED, model: "grok-4.33" });
    expect(ending).toMatchObject({ kind: "account", reason: "model" });
    expect(ending.message).toMatch(
      /^The model grok-4\.33 does not exist; did you mean grok-4\.3 or grok-4\.\d/,
    );
  });
});
