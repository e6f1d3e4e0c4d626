import { describe, expect, it } from "vitest";
import { classified } from "./wire.ts";

describe("OpenAI's bodies and those of its relatives", () => {
  const nested = (message: string, code: string | null = null, type = "error") => ({
    error: { message, type, code, param: null },
  });
  it.each([
    [
      429,
      nested(
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
      ),
      { kind: "account", reason: "credits" },
    ],
    [
      429,
      nested("Billing hard limit has been reached", "billing_hard_limit_reached"),
      { kind: "account", reason: "credits" },
    ],
    [
      429,
      nested("Your credit balance is used up", "credit_balance_exhausted"),
      { kind: "account", reason: "credits" },
    ],
    [
      429,
      nested(
        "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29500, Requested 700. Please try again in 400ms.",
        "rate_limit_exceeded",
        "tokens",
      ),
      {
        kind: "throttled",
        reason: "rate",
        retryAfterMs: 400,
        named: { dimension: "tokens", limit: 30000, windowMs: 60_000 },
      },
    ],
    [
      429,
      nested("Rate limit reached for gpt-4o on requests per min. Limit: 3 / min. Please try again in 20s."),
      {
        kind: "throttled",
        retryAfterMs: 20_000,
        named: { dimension: "requests", limit: 3, windowMs: 60_000 },
      },
    ],
    [
      429,
      nested(
        "Rate limit reached for gpt-4o on requests per day (RPD): Limit 10,000, Used 10,000, Requested 1. Please try again in 6m0s.",
      ),
      {
        kind: "throttled",
        reason: "daily",
        retryAfterMs: 360_000,
        named: { limit: 10_000, windowMs: 86_400_000 },
      },
    ],
    [
      429,
      nested(
        "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 50000.",
        "rate_limit_exceeded",
        "tokens",
      ),
      { kind: "rejected", code: "request-too-large" },
    ],
    [
      429,
      nested("The engine is currently overloaded, please try again later"),
      { kind: "throttled", reason: "capacity" },
    ],
    [
      404,
      nested("The model `gpt-99` does not exist or you do not have access to it.", "model_not_found"),
      { kind: "account", reason: "model" },
    ],
    [
      403,
      nested("Project `proj_x` does not have access to model `gpt-5`", "model_not_found"),
      { kind: "account", reason: "access" },
    ],
    [
      403,
      nested("Country, region, or territory not supported", "unsupported_country_region_territory"),
      { kind: "account", reason: "blocked" },
    ],
    [
      403,
      nested("Your input was flagged by our content policy", "content_policy_violation"),
      { kind: "rejected", code: "content" },
    ],
  ])("HTTP %i %j", (status, body, expected) => {
    for (const name of ["openai", "compatible"])
      expect(classified(name, status, body)).toMatchObject(expected);
  });

  it.each([
    [
      "Groq",
      429,
      nested(
        "Rate limit reached for model `x` on tokens per minute (TPM): Limit 6000, Used 5000, Requested 2000. Please try again in 5.289s.",
      ),
      { kind: "throttled", retryAfterMs: 5289 },
    ],
    [
      "Gemini, a minute",
      429,
      [
        {
          error: {
            code: 429,
            status: "RESOURCE_EXHAUSTED",
            message: "You exceeded your current quota, please check your plan and billing details.",
            details: [{ retryDelay: "60s" }],
          },
        },
      ],
      { kind: "throttled", reason: "rate", retryAfterMs: 60_000 },
    ],
    [
      "Gemini, a day",
      429,
      [
        {
          error: {
            code: 429,
            status: "RESOURCE_EXHAUSTED",
            message: "Quota",
            details: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }],
          },
        },
      ],
      { kind: "throttled", reason: "daily", retryAfterMs: 3_600_000 },
    ],
    [
      "Gemini, the key",
      400,
      [{ error: { code: 400, message: "API key not valid. Please pass a valid API key." } }],
      { kind: "account", reason: "key" },
    ],
    [
      "OpenRouter, free",
      429,
      {
        error: {
          code: 429,
          message: "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more",
        },
      },
      { kind: "throttled", reason: "daily" },
    ],
    [
      "OpenRouter, money",
      402,
      { error: { code: 402, message: "Insufficient credits" } },
      { kind: "account", reason: "credits" },
    ],
    [
      "OpenRouter, model",
      400,
      { error: { code: 400, message: "gpt-99 is not a valid model ID" } },
      { kind: "account", reason: "model" },
    ],
    [
      "Mistral",
      429,
      { object: "error", message: "Requests rate limit exceeded", type: "rate_limited", code: "1300" },
      { kind: "throttled", reason: "rate" },
    ],
    [
      "Azure",
      429,
      nested("Rate limit is exceeded. Please retry after 7 seconds."),
      { kind: "throttled", retryAfterMs: 7000 },
    ],
    ["Ollama", 404, { error: "model 'x' not found" }, { kind: "account", reason: "model" }],
    [
      "vLLM",
      404,
      { object: "error", message: "The model `x` does not exist.", type: "NotFoundError", code: 404 },
      { kind: "account", reason: "model" },
    ],
    [
      "FastAPI",
      422,
      { detail: [{ loc: ["body", "temperature"], msg: "must be a number" }] },
      { kind: "rejected", message: "body.temperature: must be a number" },
    ],
    ["a proxy", 403, { message: "Forbidden" }, { kind: "rejected", unexplained: true, message: "Forbidden" }],
  ])("%s: HTTP %i %j", (_who, status, body, expected) => {
    expect(classified("compatible", status, body)).toMatchObject(expected);
  });
});
