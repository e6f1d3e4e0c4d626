import { describe, expect, it } from "vitest";
import type { CostBound } from "../../src/model/budget.ts";
import { provider } from "./wire.ts";

const REASONING = "grok-4.3";
const CAPPED = "grok-4.20-0309-non-reasoning";
/** Ticks per token of both, and the tokens a provider may put around a prompt. */
const [INPUT, OUTPUT, HIDDEN] = [12_500, 25_000, 1024];
const utf8 = new TextEncoder();

function bound(name: string, model: string, members: object, path = "/chat/completions", n = 1): CostBound {
  const body = utf8.encode(JSON.stringify({ model, ...members }));
  return provider(name).costBound({ path, model, body, maxTokens: null, samples: n });
}
function bytesOf(model: string, members: object): number {
  return utf8.encode(JSON.stringify({ model, ...members })).length;
}
const MESSAGES = { messages: [{ role: "user", content: "Wie heißt du?" }] };

describe("the most a request can cost", () => {
  it("is its bytes as prompt tokens, and every answer up to the cap, where the cap holds", () => {
    const asked = { ...MESSAGES, max_completion_tokens: 200, n: 3 };
    const prompt = (bytesOf(CAPPED, asked) + HIDDEN) * INPUT;
    expect(bound("xai", CAPPED, asked, "/chat/completions", 3)).toEqual({
      most: prompt + 3 * 200 * OUTPUT,
      capped: true,
    });
  });

  it("is the model's whole context where xAI bills reasoning beyond the cap", () => {
    const asked = { ...MESSAGES, max_completion_tokens: 200 };
    const prompt = (bytesOf(REASONING, asked) + HIDDEN) * INPUT;
    expect(bound("xai", REASONING, asked)).toEqual({ most: prompt + 1_000_000 * OUTPUT, capped: false });
    expect(bound("xai", CAPPED, MESSAGES)).toMatchObject({ capped: false });
    expect(bound("xai", REASONING, { ...asked, reasoning_effort: "none" })).toMatchObject({ capped: true });
    expect(bound("xai", REASONING, { ...asked, reasoning_effort: "low" })).toMatchObject({ capped: false });
    const effort = { input: "hi", max_output_tokens: 200, reasoning: { effort: "none" } };
    expect(bound("xai", REASONING, effort, "/responses")).toMatchObject({ capped: true });
  });

  it("is twice the price throughout where the bytes could be a long prompt", () => {
    const asked = { messages: [{ role: "user", content: "x".repeat(200_000) }], max_tokens: 10 };
    expect(bound("xai", CAPPED, asked).most).toBe(
      2 * ((bytesOf(CAPPED, asked) + HIDDEN) * INPUT + 10 * OUTPUT),
    );
  });

  it("is twice the price in xAI's priority tier, and unknown in another provider's", () => {
    const asked = { ...MESSAGES, max_tokens: 10 };
    expect(bound("xai", CAPPED, { ...asked, service_tier: "scale" }).most).toBeNull();
    const priority = bound("xai", CAPPED, { ...asked, service_tier: "priority" });
    const one = (bytesOf(CAPPED, { ...asked, service_tier: "priority" }) + HIDDEN) * INPUT + 10 * OUTPUT;
    expect(priority).toEqual({ most: 2 * one, capped: true });
    expect(bound("openai", "gpt-4o", { ...asked, service_tier: "priority" }).most).toBeNull();
  });

  it("is bounded by OpenAI's caps, which count reasoning, and by the context without one", () => {
    expect(bound("openai", "o3", { ...MESSAGES, max_completion_tokens: 500 })).toMatchObject({
      capped: true,
    });
    const open = bound("openai", "o3", MESSAGES);
    expect(open.capped).toBe(false);
    expect(open.most).toBeGreaterThan(0);
  });

  it.each([
    ["/chat/completions", { ...MESSAGES, max_output_tokens: 5 }, false],
    ["/chat/completions", { ...MESSAGES, max_tokens: 5 }, true],
    ["/v1/responses?x=1", { input: "hi", max_output_tokens: 5 }, true],
    ["/responses", { input: "hi", max_tokens: 5 }, false],
    ["/completions", { prompt: "hi", max_tokens: 5 }, true],
    ["/embeddings", { input: ["hi", "ho"] }, true],
  ])("reads the cap that %s knows: %j, capped: %s", (path, members, capped) => {
    expect(bound("openai", "gpt-4o", members, path).capped).toBe(capped);
  });

  it.each([
    [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] }] }],
    [{ messages: [{ role: "user", content: [{ type: "input_audio", input_audio: {} }] }] }],
    [{ ...MESSAGES, tools: [{ type: "web_search" }] }],
    [{ ...MESSAGES, search_parameters: { mode: "on" } }],
    [{ ...MESSAGES, prediction: { type: "content", content: "x" } }],
    [{ ...MESSAGES, modalities: ["audio"], audio: { voice: "a" } }],
    [{ input: "hi", previous_response_id: "resp_1" }],
    [{ prompt: ["one", "two"] }],
  ])("is unknown for %j, whatever the cap", (members) => {
    expect(bound("xai", CAPPED, { ...members, max_tokens: 5 })).toEqual({ most: null, capped: false });
  });

  it.each([
    [{ messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }] }],
    [{ ...MESSAGES, tools: [{ type: "function", function: { parameters: { type: "object" } } }] }],
    [
      {
        ...MESSAGES,
        response_format: { type: "json_schema", json_schema: { schema: { type: "integer" } } },
      },
    ],
    [{ ...MESSAGES, service_tier: null, prediction: null }],
  ])("is bounded for text, functions and schemas: %j", (members) => {
    expect(bound("xai", CAPPED, { ...members, max_tokens: 5 }).capped).toBe(true);
  });

  it("is unknown without a price, for a model of several contexts, a strange path and a body that is none", () => {
    expect(bound("compatible", "m", { ...MESSAGES, max_tokens: 5 }).most).toBeNull();
    expect(bound("xai", "grok-4.20-multi-agent", { ...MESSAGES, max_tokens: 5 }).most).toBeNull();
    expect(bound("xai", CAPPED, { ...MESSAGES, max_tokens: 5 }, "/images/generations").most).toBeNull();
    const deep = utf8.encode("[".repeat(1e6));
    const request = { path: "/chat/completions", model: CAPPED, body: deep, maxTokens: null, samples: 1 };
    expect(provider("xai").costBound(request)).toEqual({ most: null, capped: false });
  });
});
