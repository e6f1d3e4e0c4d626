import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { answerFor, type Simulator, type SimulatorOptions } from "../../src/simulator/index.ts";
import { startUnlimited } from "./started.ts";

let simulator: Simulator;

async function client(options: SimulatorOptions = {}): Promise<OpenAI> {
  simulator = await startUnlimited(options);
  return new OpenAI({ baseURL: simulator.baseUrl, apiKey: "any", maxRetries: 0 });
}

const messages = [{ role: "user" as const, content: "Tell me a joke 🦦" }];

describe("OpenAI's own client", () => {
  it.each(["0ms", "40ms"])("puts a stream together to the same answer, with latency %s", async (latency) => {
    const openai = await client({ latency });
    const stream = await openai.chat.completions.create({
      model: "grok-4.3",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let finishReason: string | null = null;
    let usage: OpenAI.CompletionUsage | null = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(answerFor("Tell me a joke 🦦", 60));
    expect(finishReason).toBe("stop");
    expect(usage?.completion_tokens).toBe(60);
    expect(simulator.stats()).toMatchObject({ answered: 1, billed: 1 });
  });

  it("streams without usage when nobody asked for it", async () => {
    const openai = await client();
    const stream = await openai.chat.completions.create({ model: "grok-4.3", messages, stream: true, n: 2 });
    const texts = ["", ""];
    for await (const chunk of stream) {
      expect(chunk).not.toHaveProperty("usage");
      for (const { index, delta } of chunk.choices) texts[index] += delta.content ?? "";
    }
    expect(texts).toEqual([0, 1].map((choice) => answerFor("Tell me a joke 🦦", 60, choice)));
  });

  it("reads chat answers, responses, embeddings and models", async () => {
    const openai = await client();
    const answer = await openai.chat.completions.create({ model: "grok-4.3", messages });
    expect(answer.choices[0]?.message.content).toBe(answerFor("Tell me a joke 🦦", 60));
    const response = await openai.responses.create({ model: "grok-4.3", input: "Tell me a joke 🦦" });
    expect(response.output_text).toBe(answerFor("Tell me a joke 🦦", 60));
    const embeddings = await openai.embeddings.create({ model: "grok-4.3", input: "x", dimensions: 5 });
    expect(embeddings.data[0]?.embedding).toHaveLength(5);
    expect((await openai.models.list()).data.length).toBeGreaterThan(3);
  });

  it("throws at an error in the stream, and ends early where the stream is cut", async () => {
    const openai = await client({ faults: ["stream-error#1", "stream-cut#2"] });
    const read = async () => {
      let text = "";
      const stream = await openai.chat.completions.create({ model: "grok-4.3", messages, stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
      return text;
    };
    await expect(read()).rejects.toThrow();
    const cut = await read();
    expect(cut.length).toBeGreaterThan(0);
    expect(answerFor("Tell me a joke 🦦", 60).startsWith(cut)).toBe(true);
    expect(cut.length).toBeLessThan(240);
  });

  it("knows a rate limit by its class in both dialects", async () => {
    for (const dialect of ["xai", "openai"] as const) {
      const openai = await client({ dialect, faults: ["429-second"] });
      const asked = openai.chat.completions.create({ model: "grok-4.3", messages });
      await expect(asked).rejects.toBeInstanceOf(OpenAI.RateLimitError);
      await simulator.close();
    }
  });
});
