import { describe, expect, it } from "vitest";
import type { Reply } from "../../src/model/ending.ts";
import { isEmptyAnswer } from "../../src/provider/index.ts";
import { ASKED, CHAT, provider, response } from "./wire.ts";

function reply(name: string, body: unknown, path = "/chat/completions", model = "grok-4.3"): Reply {
  const ending = provider(name).classify(response(200, body), { ...ASKED, path, model });
  if (ending.kind !== "answered") throw new Error(`${ending.kind}: ${ending.message}`);
  return ending.reply;
}
const chatWith = (usage: unknown, more: object = {}) => ({ ...CHAT, usage, ...more });

describe("usage", () => {
  it("of an xAI chat counts as output whatever the total has beyond the prompt", () => {
    expect(reply("xai", CHAT).usage).toEqual({
      inputTokens: 706,
      cachedTokens: 512,
      outputTokens: 121,
      reasoningTokens: 99,
      totalTokens: 827,
    });
  });

  it("is read from Responses, embeddings and from providers that leave the total out", () => {
    const responses = {
      output: [],
      status: "completed",
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    };
    expect(reply("xai", responses, "/responses").usage).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    const embeddings = { data: [], usage: { prompt_tokens: 8, total_tokens: 8 } };
    expect(reply("openai", embeddings, "/embeddings").usage).toMatchObject({
      inputTokens: 8,
      outputTokens: 0,
    });
    expect(reply("compatible", chatWith({ prompt_tokens: 3, completion_tokens: 4 })).usage).toMatchObject({
      totalTokens: 7,
    });
  });

  it.each([
    [undefined],
    [null],
    ["many"],
    [{}],
    [{ prompt_tokens: -1, completion_tokens: 1.5, total_tokens: 1e300 }],
    [[1]],
  ])("%j is no usage", (usage) => {
    expect(reply("xai", chatWith(usage)).usage).toBeNull();
  });
});

describe("cost", () => {
  it("is the provider's own figure where it sends one", () => {
    const usage = { ...CHAT.usage, cost_in_usd_ticks: 37_756_000 };
    expect(reply("xai", chatWith(usage)).cost).toEqual({ ticks: 37_756_000, source: "provider" });
  });

  it("is price times usage otherwise, with cached prompt tokens at their own price", () => {
    const ticks = (706 - 512) * 12_500 + 512 * 2000 + 121 * 25_000;
    expect(reply("xai", CHAT).cost).toEqual({ ticks, source: "price-table" });
    expect(reply("xai", { ...CHAT, model: "grok-nobody-knows" }).cost).toEqual({
      ticks,
      source: "price-table",
    });
  });

  // The prices of docs.x.ai/developers/pricing, in USD per million tokens: prompt 1.25, cached 0.2, output 2.5.
  it.each([
    [
      "reasoning counts as output beside completion_tokens",
      { in: 400, out: 100, total: 1000, cached: 0 },
      0.002,
    ],
    ["a total without reasoning", { in: 900, out: 100, total: 1000, cached: 0 }, 0.001375],
    ["cached tokens at their price", { in: 900, out: 100, total: 1000, cached: 800 }, 0.000535],
    ["one token below a long prompt", { in: 199_999, out: 1000, total: 200_999, cached: 0 }, 0.25249875],
    ["a long prompt with cached tokens", { in: 400_000, out: 1000, total: 401_000, cached: 300_000 }, 0.375],
  ])("by the price table: %s", (_, { in: input, out, total, cached }, usd) => {
    const usage = {
      ...{ prompt_tokens: input, completion_tokens: out, total_tokens: total },
      prompt_tokens_details: { cached_tokens: cached },
    };
    expect(reply("xai", chatWith(usage)).cost?.ticks).toBe(Math.round(usd * 1e10));
  });

  it("in Responses has reasoning within the output tokens", () => {
    const usage = {
      ...{ input_tokens: 400, output_tokens: 600, total_tokens: 1000 },
      output_tokens_details: { reasoning_tokens: 500 },
    };
    const body = { output: [], status: "completed", usage };
    expect(reply("xai", body, "/responses").cost?.ticks).toBe(400 * 12_500 + 600 * 25_000);
    expect(reply("openai", body, "/responses", "gpt-4o").usage?.outputTokens).toBe(600);
  });

  it("of a long prompt is twice the price throughout", () => {
    const usage = { prompt_tokens: 200_000, completion_tokens: 1000, total_tokens: 201_000 };
    expect(reply("xai", chatWith(usage)).cost?.ticks).toBe(2 * (200_000 * 12_500 + 1000 * 25_000));
  });

  it("of xAI's priority tier is doubled, and another tier of another provider is unknown", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 0, total_tokens: 10 };
    expect(reply("xai", chatWith(usage, { service_tier: "priority" })).cost?.ticks).toBe(250_000);
    expect(reply("xai", chatWith(usage, { service_tier: "default" })).cost?.ticks).toBe(125_000);
    const flex = { ...chatWith(usage, { service_tier: "flex" }), model: "gpt-4o" };
    expect(reply("openai", flex, "/chat/completions", "gpt-4o").cost).toBeNull();
  });

  it("is unknown, never zero, without a price or without a usage", () => {
    expect(reply("compatible", CHAT).cost).toBeNull();
    expect(reply("xai", chatWith(undefined)).cost).toBeNull();
    expect(reply("xai", { ...CHAT, model: "a" }, "/chat/completions", "b").cost).toBeNull();
  });

  it.each([-1, 1.5, 1e300, "12", null])("of %j ticks is not believed", (cost_in_usd_ticks) => {
    expect(reply("xai", chatWith({ ...CHAT.usage, cost_in_usd_ticks })).cost?.source).toBe("price-table");
  });
});

describe("what an answer holds", () => {
  const choice = (message: object, finish_reason: string | null = "stop") => ({
    ...CHAT,
    choices: [{ index: 0, message, finish_reason }],
  });

  it.each([
    [{ content: "hi" }, false],
    [{ content: "" }, true],
    [{ content: null }, true],
    [{ content: " \n" }, true],
    [{ content: null, reasoning_content: "thinking" }, true],
    [{ content: null, tool_calls: [{ id: "1" }] }, false],
    [{ content: null, tool_calls: [] }, true],
    [{ content: null, refusal: "I can't" }, false],
    [{ content: [{ type: "text", text: "hi" }] }, false],
    [{ content: [] }, true],
  ])("a message of %j is empty: %s", (message, empty) => {
    expect(reply("xai", choice(message)).empty).toBe(empty);
  });

  const said = (type: string, text: string) => ({
    type: "message",
    content: [{ type, [type === "refusal" ? type : "text"]: text }],
  });
  it.each<[string, object, boolean]>([
    ["/completions", { choices: [{ text: "hi" }] }, false],
    ["/completions", { choices: [{ text: "" }] }, true],
    ["/responses", { output: [said("output_text", "hi")] }, false],
    ["/responses", { output: [said("output_text", "")] }, true],
    ["/responses", { output: [{ type: "reasoning", summary: [] }] }, true],
    ["/responses", { output: [said("refusal", "I can't")] }, false],
    ["/responses", { output: [{ type: "function_call", name: "f" }] }, false],
    ["/responses", { output: [] }, true],
  ])("of %s, %j is empty: %s, and again when it is read out of the ledger", (path, body, empty) => {
    expect(reply("openai", body, path).empty).toBe(empty);
    expect(isEmptyAnswer(new TextEncoder().encode(JSON.stringify(body)))).toBe(empty);
  });

  it("is never called empty where no text is due, and an object without choices is an empty chat", () => {
    expect(reply("openai", { data: [] }, "/embeddings").empty).toBe(false);
    expect(reply("xai", {}).empty).toBe(true);
    expect(reply("xai", { choices: [] })).toMatchObject({ empty: true, finishReason: null, model: null });
  });

  it("tells why it ended in the words of chat", () => {
    expect(reply("xai", choice({ content: "a" }, "length")).finishReason).toBe("length");
    expect(reply("xai", choice({ content: "a" }, null)).finishReason).toBeNull();
    const cut = {
      output: [],
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      error: null,
    };
    expect(reply("xai", cut, "/responses").finishReason).toBe("length");
    expect(reply("xai", { output: [], status: "completed" }, "/responses").finishReason).toBe("stop");
  });
});
