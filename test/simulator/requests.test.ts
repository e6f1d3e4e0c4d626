import { describe, expect, it } from "vitest";
import { answerFor, vectorFor } from "../../src/simulator/index.ts";
import { chat, getJson, post } from "./clients.ts";
import { startUnlimited } from "./started.ts";

describe("chat completions", () => {
  it("are answered with the text that answerFor tells, marked as a rehearsal", async () => {
    const { baseUrl } = await startUnlimited();
    const { status, headers, json } = await post(baseUrl, "/chat/completions", chat("What is 2 + 2?"));
    expect(status).toBe(200);
    expect(headers.get("x-sluice-simulator")).toBe("1");
    expect(headers.get("x-request-id")).toBe(json.id);
    expect(json.object).toBe("chat.completion");
    expect(json.choices).toEqual([
      {
        index: 0,
        message: { role: "assistant", content: answerFor("What is 2 + 2?", 60), refusal: null },
        finish_reason: "stop",
      },
    ]);
  });

  it("count and price tokens as xAI does: completion without reasoning, total with it, cost in ticks", async () => {
    const { baseUrl } = await startUnlimited({ outputTokens: "100", reasoningTokens: "40" });
    const { json } = await post(baseUrl, "/chat/completions", chat("x".repeat(400)));
    expect(json.usage).toMatchObject({
      prompt_tokens: 100,
      completion_tokens: 100,
      total_tokens: 240,
      completion_tokens_details: { reasoning_tokens: 40 },
      cost_in_usd_ticks: 100 * 12_500 + 140 * 25_000,
    });
  });

  it("hold no reasoning of a model that has none, or is told not to", async () => {
    const { baseUrl } = await startUnlimited({ outputTokens: "100", reasoningTokens: "40" });
    const usageOf = async (more: Record<string, unknown>) =>
      (await post(baseUrl, "/chat/completions", chat("hi", more))).json.usage.total_tokens;
    expect(await usageOf({})).toBe(141);
    expect(await usageOf({ model: "grok-4.20-non-reasoning" })).toBe(101);
    expect(await usageOf({ reasoning_effort: "none" })).toBe(101);
  });

  it("count tokens as OpenAI does in its dialect: reasoning is part of completion, and no cost", async () => {
    const { baseUrl } = await startUnlimited({
      dialect: "openai",
      outputTokens: "100",
      reasoningTokens: "40",
    });
    const { json } = await post(baseUrl, "/chat/completions", { ...chat("hi"), model: "gpt-5-mini" });
    expect(json.usage).toMatchObject({ completion_tokens: 140, total_tokens: 141 });
    expect(json.usage).not.toHaveProperty("cost_in_usd_ticks");
  });

  it("stop at the cap and say so", async () => {
    const { baseUrl } = await startUnlimited();
    for (const cap of ["max_tokens", "max_completion_tokens"]) {
      const { json } = await post(baseUrl, "/chat/completions", chat("hello", { [cap]: 7 }));
      expect(json.choices[0]).toMatchObject({
        finish_reason: "length",
        message: { content: answerFor("hello", 7) },
      });
      expect(json.usage.completion_tokens).toBe(7);
    }
  });

  it("give as many different choices as asked for, each billed", async () => {
    const { baseUrl } = await startUnlimited();
    const { json } = await post(baseUrl, "/chat/completions", chat("hello", { n: 3 }));
    const texts = json.choices.map((choice: { message: { content: string } }) => choice.message.content);
    expect(texts).toEqual([0, 1, 2].map((choice) => answerFor("hello", 60, choice)));
    expect(json.usage.completion_tokens).toBe(180);
  });

  it("name the model behind an alias", async () => {
    const { baseUrl } = await startUnlimited();
    const { json } = await post(baseUrl, "/chat/completions", { ...chat("hi"), model: "grok-4.3-latest" });
    expect(json.model).toBe("grok-4.3");
  });

  it("double the price of a prompt of 200,000 tokens", async () => {
    const { baseUrl } = await startUnlimited();
    const { json } = await post(baseUrl, "/chat/completions", chat("x".repeat(800_000), { max_tokens: 1 }));
    expect(json.usage.cost_in_usd_ticks).toBe(2 * (200_000 * 12_500 + 25_000));
  });
});

describe("the other endpoints", () => {
  it("answer a Responses request", async () => {
    const { baseUrl } = await startUnlimited({ reasoningTokens: "5" });
    const body = { model: "grok-4.3", input: "Tell me a joke" };
    const { json } = await post(baseUrl, "/responses", body);
    expect(json).toMatchObject({ object: "response", status: "completed", incomplete_details: null });
    expect(json.output[0].content[0].text).toBe(answerFor("Tell me a joke", 60));
    expect(json.usage).toMatchObject({ input_tokens: 4, output_tokens: 65, total_tokens: 69 });
    const cut = await post(baseUrl, "/responses", { ...body, max_output_tokens: 3 });
    expect(cut.json).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
    });
  });

  it("answer embeddings with a vector of each text, as numbers or base64", async () => {
    const { baseUrl } = await startUnlimited();
    const body = { model: "grok-4.3", input: ["one", "two"], dimensions: 8 };
    const { json } = await post(baseUrl, "/embeddings", body);
    expect(json.data[1].embedding).toEqual([...vectorFor("two", 8)]);
    const coded = await post(baseUrl, "/embeddings", { ...body, encoding_format: "base64" });
    const bytes = Buffer.from(coded.json.data[1].embedding, "base64");
    expect(bytes.readFloatLE(4)).toBe(vectorFor("two", 8)[1]);
  });

  it("list the models, and answer under /v1 and without it", async () => {
    const simulator = await startUnlimited();
    const { baseUrl } = simulator;
    const list = await getJson(`${baseUrl}/models`);
    expect(list.data.map(({ id }: { id: string }) => id)).toContain("grok-4.3");
    expect(await getJson(`${simulator.origin}/models/grok-4.3`)).toMatchObject({
      id: "grok-4.3",
    });
    expect((await fetch(`${baseUrl}/models/nobody`)).status).toBe(404);
    expect((await post(simulator.origin, "/chat/completions", chat("hi"))).status).toBe(200);
  });
});

describe("a request that is wrong", () => {
  it.each([
    ["no JSON", "{", 400, "bad-request"],
    ["no object", "[]", 400, "bad-request"],
    ["no model", { messages: [{ role: "user", content: "x" }] }, 400, "bad-request"],
    ["no messages", { model: "grok-4.3" }, 400, "bad-request"],
    ["no role", { model: "grok-4.3", messages: [{ content: "x" }] }, 400, "bad-request"],
    ["n of 0", chat("x", { n: 0 }), 400, "bad-request"],
    ["a cap of 0", chat("x", { max_tokens: 0 }), 400, "bad-request"],
    ["deferred", chat("x", { deferred: true }), 400, "bad-request"],
    ["an unknown model", { ...chat("x"), model: "grok-2" }, 404, "unknown-model"],
  ])("with %s is told so and billed nothing", async (_case, body, status, ending) => {
    const simulator = await startUnlimited();
    const { baseUrl } = simulator;
    const answer = await post(baseUrl, "/chat/completions", body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ code: expect.any(String), error: expect.any(String) });
    expect(simulator.stats().requests[0]).toMatchObject({ status, ending, billed: false, ticks: 0 });
    expect(simulator.stats()).toMatchObject({ refused: 1, billed: 0, inFlight: 0 });
  });

  it("to an unknown route gets a 404, by the wrong method a 405, without a JSON type a 415", async () => {
    const simulator = await startUnlimited();
    const { baseUrl } = simulator;
    expect((await post(baseUrl, "/nowhere", {})).status).toBe(404);
    expect((await fetch(`${baseUrl}/chat/completions`)).status).toBe(405);
    expect((await post(baseUrl, "/models", {})).status).toBe(405);
    const plain = { "content-type": "text/plain" };
    expect((await post(baseUrl, "/chat/completions", chat("x"), plain)).status).toBe(415);
    expect(simulator.stats()).toMatchObject({ other: 3, received: 1, refused: 1 });
  });

  it("in dialect openai is told so in a nested body that names the parameter", async () => {
    const { baseUrl } = await startUnlimited({ dialect: "openai" });
    const { json } = await post(baseUrl, "/chat/completions", { model: "m", messages: [] });
    expect(json.error).toMatchObject({ type: "invalid_request_error", param: "messages", code: null });
  });
});

describe("a required key", () => {
  const ask = (baseUrl: string, key: string | null) =>
    post(baseUrl, "/chat/completions", chat("hi"), key === null ? {} : { authorization: `Bearer ${key}` });

  it("is missed with 401 and, at xAI, mistaken with 400", async () => {
    const { baseUrl } = await startUnlimited({ requireKey: "right" });
    const statuses = [await ask(baseUrl, null), await ask(baseUrl, "wrong"), await ask(baseUrl, "right")];
    expect(statuses.map(({ status }) => status)).toEqual([401, 400, 200]);
    expect(statuses[1]?.json.error).toContain("Incorrect API key");
  });

  it("is mistaken with 401 at OpenAI", async () => {
    const { baseUrl } = await startUnlimited({ requireKey: "right", dialect: "openai" });
    const { status, json } = await ask(baseUrl, "wrong");
    expect([status, json.error.code]).toEqual([401, "invalid_api_key"]);
  });

  it("never stands in what the simulator tells", async () => {
    const simulator = await startUnlimited({ requireKey: "secret-of-the-account" });
    const { baseUrl } = simulator;
    await ask(baseUrl, "secret-of-the-account");
    const told = (await ask(baseUrl, "secret-of-another")).text + JSON.stringify(simulator.stats());
    expect(told + simulator.description).not.toContain("secret");
  });
});
