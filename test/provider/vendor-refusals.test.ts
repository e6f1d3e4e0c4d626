import { describe, expect, it } from "vitest";
import { capacity, credits, nested } from "./vendor-errors.ts";
import { classified } from "./wire.ts";

it("Groq's 498 is a flex tier that is full", () => {
  const body = nested("Flex tier capacity exceeded", "capacity_exceeded");
  expect(classified("compatible", 498, body)).toMatchObject({ ...capacity, status: 498 });
});

describe("models that are gone close their lane", () => {
  it.each([
    [
      "xAI",
      404,
      {
        code: "not-found",
        error:
          "The model grok-beta was deprecated on 2025-09-15 and is no longer accessible via the API. Please use grok-3 instead.",
      },
    ],
    ["OpenRouter", 404, nested("No endpoints found for deepseek/deepseek-v4-flash.")],
    ["OpenRouter, free", 404, nested("The free model has been deprecated. Transition to qwen/qwen3.6-plus.")],
    [
      "Groq",
      400,
      nested(
        "The model `mixtral-8x7b-32768` has been decommissioned and is no longer supported.",
        "invalid_request_error",
        "model_decommissioned",
      ),
    ],
    [
      "Azure",
      404,
      nested("The API deployment for this resource does not exist.", "error", "DeploymentNotFound"),
    ],
    ["Gemini", 404, nested("models/gemini-2.0-flash-exp is not found for API version v1beta")],
  ])("%s: HTTP %i %j", (_who, status, body) => {
    expect(classified("compatible", status, body)).toMatchObject({ kind: "account", reason: "model" });
  });

  it("an endpoint that lacks what one row asks for closes nothing", () => {
    expect(classified("compatible", 404, nested("No endpoints found that support tool use"))).toMatchObject({
      kind: "rejected",
    });
  });
});

describe("other statuses that ask to wait, or say that the money is gone", () => {
  it.each([503, 529])("a %i tells its wait", (status) => {
    expect(classified("compatible", status, "", { "retry-after": "7" })).toMatchObject({
      kind: "throttled",
      reason: "overloaded",
      retryAfterMs: 7000,
    });
  });

  it.each([
    [
      400,
      nested("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."),
    ],
    [400, nested("Budget has been exceeded! Current cost: 0.1, Max budget: 0.05", "budget_exceeded", "400")],
    [402, nested("This request requires more credits, or fewer max_tokens.")],
    [403, { error: { message: "Key limit exceeded (daily limit). Manage it in the settings.", code: 403 } }],
  ])("a %i of %j stops the run", (status, body) => {
    expect(classified("compatible", status, body)).toMatchObject(credits);
  });

  it("a 400 that repeats what was asked stops nothing", () => {
    const body = nested("Invalid input: 'what is a spending limit, and is my credit balance too low?'");
    expect(classified("compatible", 400, body)).toMatchObject({ kind: "rejected" });
  });
});
