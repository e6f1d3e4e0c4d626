import { describe, expect, it } from "vitest";
import { providerNames } from "../../src/provider/index.ts";
import { access, capacity, credits, daily, nested, rate } from "./vendor-errors.ts";
import { classified } from "./wire.ts";

const requests = (limit: number, windowMs: number) => ({ dimension: "requests", limit, windowMs });
const tokens = (limit: number, windowMs: number) => ({ dimension: "tokens", limit, windowMs });

/** A 429 of generativelanguage.googleapis.com, 2026, with its help links left out. */
function gemini(metrics: string, violations: readonly object[], retryDelay: string | null): unknown {
  const sentence =
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.";
  const details: object[] = [{ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations }];
  if (retryDelay !== null) details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
  return [{ error: { code: 429, message: `${sentence} ${metrics}`, status: "RESOURCE_EXHAUSTED", details } }];
}
const METRIC = "generativelanguage.googleapis.com/generate_content_free_tier_requests";
const violation = (quotaId: string, quotaValue?: string) => ({
  quotaMetric: METRIC,
  quotaId,
  quotaDimensions: { model: "gemini-3-flash", location: "global" },
  ...(quotaValue === undefined ? {} : { quotaValue }),
});

describe("429s of other vendors", () => {
  it.each([
    [
      "OpenAI, tokens by usage",
      nested(
        "Rate limit reached for gpt-4 in organization org-x on tokens_usage_based per min: Limit 10000, Used 9800, Requested 600. Please try again in 2.4s.",
        "tokens",
        "rate_limit_exceeded",
      ),
      { ...rate, code: "token-limit", retryAfterMs: 2400, named: tokens(10_000, 60_000) },
    ],
    [
      "OpenAI, a day, in the middle of it",
      nested(
        "Rate limit reached for gpt-4o in organization org-x on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.",
        "requests",
        "rate_limit_exceeded",
      ),
      { ...daily, retryAfterMs: 432_000, named: requests(200, 86_400_000) },
    ],
    [
      "Groq, with its service tier",
      nested(
        "Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_x` service tier `on_demand` on tokens per day (TPD): Limit 100000, Used 99336, Requested 1480. Please try again in 11m45.024s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing",
        "tokens",
        "rate_limit_exceeded",
      ),
      { ...daily, retryAfterMs: 705_024, named: tokens(100_000, 86_400_000) },
    ],
    [
      "Azure, tokens",
      nested(
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2023-12-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 22 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
        "error",
        "429",
      ),
      { ...rate, retryAfterMs: 22_000, named: null },
    ],
    [
      "Anthropic, requests",
      {
        type: "error",
        error: {
          type: "rate_limit_error",
          message: "This request would exceed your organization's rate limit of 50 requests per minute.",
        },
      },
      { ...rate, code: "request-limit", named: requests(50, 60_000) },
    ],
    [
      "Anthropic, input tokens, which are a part of what is counted",
      {
        type: "error",
        error: {
          type: "rate_limit_error",
          message:
            "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: 679abe92, model: claude-opus-4-6). For details, refer to: https://docs.claude.com/en/api/rate-limits.",
        },
      },
      { ...rate, named: null },
    ],
    [
      "Anthropic, a spending limit",
      { type: "error", error: { type: "enforced_spend_limit_reached", message: "Limit reached." } },
      credits,
    ],
    [
      "Gemini, requests a minute",
      gemini(
        `\n* Quota exceeded for metric: ${METRIC}, limit: 5, model: gemini-3-flash\nPlease retry in 58.217843437s.`,
        [violation("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "5")],
        "58s",
      ),
      { ...rate, retryAfterMs: expect.closeTo(58_217.843437, 6), named: requests(5, 60_000) },
    ],
    [
      "Gemini, input tokens a minute",
      gemini("", [violation("GenerateContentInputTokensPerModelPerMinute-FreeTier", "250000")], "12s"),
      { ...rate, retryAfterMs: 12_000, named: null },
    ],
    [
      "Gemini, a day, whatever delay it suggests",
      gemini("", [violation("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "50")], "42s"),
      { ...daily, named: requests(50, 86_400_000) },
    ],
    [
      "Gemini, a day without any delay, which is no empty account",
      gemini("", [violation("GenerateRequestsPerDayPerProjectPerModel")], null),
      { ...daily, retryAfterMs: 3_600_000, named: null },
    ],
    [
      "Gemini, a value that belongs to another quota",
      gemini(
        "",
        [
          violation("GenerateRequestsPerMinutePerProjectPerModel"),
          violation("GenerateContentInputTokensPerModelPerMinute", "250000"),
        ],
        "9s",
      ),
      { ...rate, named: null },
    ],
    [
      "Gemini, a model outside the plan",
      gemini(
        `\n* Quota exceeded for metric: ${METRIC}, limit: 0, model: gemini-2.0-flash\nPlease retry in 59.322187034s.`,
        [violation("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")],
        "59s",
      ),
      access,
    ],
    [
      "xAI, free usage of 24 hours",
      {
        code: "subscription:free-usage-exhausted",
        error:
          "You've used all the included free usage for model grok-4.6 for now. Usage resets over a rolling 24-hour window — tokens (actual/limit): 526238/500000.",
      },
      { ...daily, retryAfterMs: 3_600_000, named: null },
    ],
    [
      "Mistral, full",
      {
        object: "error",
        message: "Service tier capacity exceeded for this model.",
        type: "service_tier_capacity_exceeded",
        param: null,
        code: "3505",
      },
      capacity,
    ],
    [
      "OpenRouter, free models a minute",
      nested("Rate limit exceeded: free-models-per-min."),
      { ...rate, named: null },
    ],
    [
      "OpenRouter, the vendor behind it",
      {
        error: {
          message: "Provider returned error",
          code: 429,
          metadata: {
            raw: "google/gemma-4-31b-it:free is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits.",
            provider_name: "Google AI Studio",
          },
        },
      },
      capacity,
    ],
    [
      "Cerebras, a day",
      {
        message: "Requests per day limit exceeded - too many requests processed.",
        type: "too_many_requests_error",
        param: "quota",
        code: "request_quota_exceeded",
      },
      daily,
    ],
    [
      "Cerebras, full",
      {
        message: "We're experiencing high traffic right now! Please try again soon.",
        type: "too_many_requests_error",
        param: "queue",
        code: "queue_exceeded",
      },
      capacity,
    ],
    [
      "Together, above the dynamic rate",
      { error: { message: "Request rate is too high.", error_type: "dynamic_request_limited" } },
      rate,
    ],
    [
      "GitHub Models, a minute",
      nested(
        "Rate limit of 15 per 60s exceeded for UserByModelByMinute. Please wait 7 seconds before retrying.",
      ),
      { ...rate, retryAfterMs: 7000, named: requests(15, 60_000) },
    ],
    [
      "GitHub Models, a day",
      nested("Rate limit of 150 per 86400s exceeded for UserByModelByDay. Please wait 25000 seconds."),
      { ...daily, retryAfterMs: 25_000_000, named: requests(150, 86_400_000) },
    ],
    [
      "Moonshot, an empty account",
      nested("Your account is not active, please check your plan.", "exceeded_current_quota_error"),
      credits,
    ],
    [
      "a simulator with less than one request a second",
      {
        code: "resource-exhausted",
        error:
          "Too many requests for team t and model m. Your team's rate limit is — Requests per Second (actual/limit): 1/0.5.",
      },
      { ...rate, named: requests(0.5, 1000) },
    ],
    ["nothing but a status", "", { ...rate, retryAfterMs: null, named: null }],
    ["a proxy's page", "<html><title>429 Too Many Requests</title></html>", { ...rate, named: null }],
  ])("%s", (_who, body, expected) => {
    expect(classified("compatible", 429, body)).toMatchObject(expected);
  });
});

describe.each(providerNames)("in the words of any vendor, where the provider is %s", (name) => {
  it.each([
    nested("You exceeded your current quota, please check your plan.", "insufficient_quota"),
    { code: "resource-exhausted", error: "Your team has used all available credits." },
    nested("Insufficient Balance", "unknown_error", "invalid_request_error"),
  ])("a 429 or 403 of %j stops the run", (body) => {
    expect(classified(name, 429, body)).toMatchObject(credits);
    expect(classified(name, 403, body)).toMatchObject(credits);
  });

  it("a quota that fills again is waited for", () => {
    const body = gemini(`Quota exceeded for metric: ${METRIC}, limit: 15`, [violation("PerMinute")], "18s");
    expect(classified(name, 429, body)).toMatchObject({ kind: "throttled", retryAfterMs: 18_000 });
  });
});
