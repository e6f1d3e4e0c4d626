import { describe, expect, it } from "vitest";
import { ASKED, CHAT, classified, provider, response } from "./wire.ts";

const everyProvider = ["xai", "openai", "compatible", "simulator"];
const TEAM = "6c1a8b0e-0000-4000-8000-000000000000";

describe("the table of endings, whichever the provider", () => {
  const error = { error: { message: "no", type: "x", code: null, param: null } };
  it.each([
    [200, CHAT, "answered", "answered"],
    [200, `${JSON.stringify(CHAT).slice(0, -20)}`, "ambiguous", "not-json"],
    [200, "<html><title>Sign in</title></html>", "ambiguous", "not-json"],
    [200, "", "ambiguous", "not-json"],
    [200, "null", "ambiguous", "not-json"],
    [200, { error: { message: "boom" } }, "ambiguous", "error-in-answer"],
    [200, { code: "internal", error: "boom" }, "ambiguous", "error-in-answer"],
    [
      200,
      { choices: [{ finish_reason: "error", error: { message: "upstream" } }] },
      "ambiguous",
      "error-in-answer",
    ],
    [200, { detail: "boom" }, "ambiguous", "error-in-answer"],
    [302, "", "account", "redirect"],
    [400, error, "rejected", "http-400"],
    [401, error, "account", "wrong-key"],
    [402, error, "account", "no-credits"],
    [403, error, "rejected", "http-403"],
    [404, error, "rejected", "http-404"],
    [405, error, "rejected", "http-405"],
    [408, error, "transient", "http-408"],
    [409, error, "transient", "http-409"],
    [413, error, "rejected", "http-413"],
    [415, error, "rejected", "http-415"],
    [422, error, "rejected", "http-422"],
    [451, error, "rejected", "http-451"],
    [429, error, "throttled", "rate-limit"],
    [500, error, "transient", "http-500"],
    [501, error, "rejected", "http-501"],
    [502, error, "ambiguous", "http-502"],
    [503, error, "throttled", "overloaded"],
    [504, error, "ambiguous", "http-504"],
    [520, "<html>", "ambiguous", "http-520"],
    [524, "", "ambiguous", "http-524"],
    [
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "throttled",
      "overloaded",
    ],
  ])("HTTP %i %j is %s, %s", (status, body, kind, code) => {
    for (const name of everyProvider) {
      expect(classified(name, status, body)).toMatchObject({ kind, code, status });
    }
  });

  it("a connection that failed before the provider saw anything is unprocessed", () => {
    const end = { kind: "unprocessed", code: "ECONNREFUSED", message: "connect ECONNREFUSED" } as const;
    expect(provider("xai").classify(end, ASKED)).toMatchObject({ kind: "unprocessed", status: null });
  });

  it("a connection that broke after the request was written is ambiguous, also within a 200", () => {
    for (const head of [null, { status: 200, headers: { "x-request-id": "r1" } }]) {
      const body = head === null ? null : Buffer.from("{");
      const end = { kind: "broken", code: "reset", message: "reset", head, body } as const;
      expect(provider("xai").classify(end, ASKED)).toMatchObject({
        kind: "ambiguous",
        code: "reset",
        ownTimeout: false,
        body,
      });
    }
  });

  it.each([
    [429, "throttled"],
    [500, "transient"],
    [502, "ambiguous"],
    [503, "throttled"],
    [401, "account"],
    [400, "transient"],
    [403, "transient"],
  ])(
    "an HTTP %i whose body was cut is %s: its status is known, words that would decide are not",
    (status, kind) => {
      const head = { status, headers: {} };
      const end = { kind: "broken", code: "cut", message: "cut", head, body: null } as const;
      expect(provider("xai").classify(end, ASKED)).toMatchObject({ kind, status });
    },
  );

  it("an answer too large to keep is held, since asking again would be paid again", () => {
    const end = { kind: "too-large", head: { status: 200, headers: {} }, limitBytes: 1000 } as const;
    expect(provider("xai").classify(end, ASKED)).toMatchObject({
      kind: "ambiguous",
      code: "too-large",
      ownTimeout: true,
    });
  });

  it("what was given up is at risk only if it had been written", () => {
    expect(provider("xai").classify({ kind: "aborted", written: false, head: null }, ASKED).kind).toBe(
      "unprocessed",
    );
    expect(provider("xai").classify({ kind: "aborted", written: true, head: null }, ASKED)).toMatchObject({
      kind: "ambiguous",
      ownTimeout: true,
    });
  });

  it("invalid UTF-8 is not an answer", () => {
    const end = response(200, CHAT);
    const body = Buffer.from(end.body);
    body[body.indexOf("Four")] = 0xff;
    expect(provider("xai").classify({ ...end, body }, ASKED)).toMatchObject({
      kind: "ambiguous",
      code: "not-json",
    });
  });

  it("a byte order mark does not spoil an answer, whose bytes are kept as they came", () => {
    const end = response(200, `\uFEFF${JSON.stringify(CHAT)}`);
    const ending = provider("xai").classify(end, ASKED);
    expect(ending.kind).toBe("answered");
    expect(ending.body).toBe(end.body);
  });

  it("a web server's 404 or 405 is told apart from an API's: the address is wrong, for every row", () => {
    expect(classified("compatible", 404, "<html><title>404 Not Found</title></html>")).toMatchObject({
      unexplained: true,
    });
    expect(classified("compatible", 405, "")).toMatchObject({ unexplained: true });
    expect(classified("compatible", 404, { error: { message: "no such response" } })).toMatchObject({
      unexplained: false,
    });
  });

  it("a redirect says where it leads and what to do, without the path", () => {
    const ending = classified("compatible", 301, "", { location: "https://login.example.com/?token=abc" });
    expect(ending.message).toBe(
      "HTTP 301 redirects to https://login.example.com; redirects are not followed: give the final address with --base-url",
    );
  });

  it("a redirect to what is no web address names none", () => {
    const ending = classified("compatible", 301, "", { location: "data:text/plain,x" });
    expect(ending.message).toMatch(/^HTTP 301 redirects; /);
  });

  it("the provider's request id is kept", () => {
    expect(classified("xai", 500, "", { "x-request-id": "req-1" })).toMatchObject({ requestId: "req-1" });
  });
});

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

describe("messages", () => {
  it("are one line of at most 500 characters, without control characters and keys", () => {
    const long = `bad\u001b[31m\n\u202ekey xai-abcdefghijklmnop and sk-proj-12345678 and Bearer abc.def ${"x".repeat(2000)}`;
    const { message } = classified("openai", 400, { error: { message: long } });
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).toMatch(/^bad \[31m key \[key\] and \[key\] and \[key\] xxx/);
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it("come from an HTML page's title, and say so when there is none at all", () => {
    expect(classified("xai", 502, "<html><head><title>Bad gateway</title></head>").message).toBe(
      "Bad gateway",
    );
    expect(classified("xai", 500, "").message).toBe("xAI answered HTTP 500 without a word");
  });

  it.each([
    ["Cloudflare's gateway", { success: false, errors: [{ code: 10000, message: "Authentication error" }] }],
    ["a list of texts", { errors: ["Authentication error"] }],
    ["FastAPI with an object", { detail: { message: "Authentication error" } }],
    [
      "Mistral, about a field",
      { object: "error", message: { detail: [{ loc: [], msg: "Authentication error" }] }, code: null },
    ],
    ["a byte order mark", `\uFEFF${JSON.stringify({ message: "Authentication error" })}`],
  ])("are found in the body of %s", (_who, body) => {
    expect(classified("compatible", 400, body).message).toBe("Authentication error");
  });

  it.each([
    ["details", (deep: string) => `{"error":{"message":"no","details":${deep}}}`],
    ["a list of places", (deep: string) => `{"detail":[{"loc":${deep},"msg":"no"}]}`],
    ["a list of errors", (deep: string) => `{"message":"no","detail":[${deep}]}`],
  ])("do not break on %s nested too deep to be written down, also within a 200", (_what, bodyWith) => {
    const body = bodyWith(`${"[".repeat(30_000)}${"]".repeat(30_000)}`);
    expect(classified("xai", 400, body)).toMatchObject({ kind: "rejected", message: "no" });
    expect(classified("xai", 200, body)).toMatchObject({ kind: "ambiguous", message: "no" });
  });

  it("do not break on a body of a megabyte, nor on names that shadow an object's own", () => {
    expect(classified("xai", 500, "y".repeat(1_000_000)).message).toHaveLength(500);
    expect(
      classified("xai", 400, '{"__proto__":{"message":"no"},"constructor":1,"error":{"message":"really"}}'),
    ).toMatchObject({
      kind: "rejected",
      message: "really",
    });
  });
});
