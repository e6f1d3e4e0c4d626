import { expect, it } from "vitest";
import { createSluice } from "../../src/index.ts";
import { startSimulator } from "../../src/simulator/index.ts";

it("keeps the text of a stream that was cut with the row that it leaves unknown", async () => {
  await using simulator = await startSimulator({ port: 0, unlimited: true, faults: ["stall#1"] });
  const { baseUrl: baseURL } = simulator;
  await using sluice = createSluice({ provider: "simulator", baseURL, stream: true, silenceTimeout: 300 });
  const outcome = await sluice.send({
    model: "grok-4.3",
    messages: [{ role: "user", content: "Tell me a story." }],
  });
  expect(outcome).toMatchObject({
    status: "unknown",
    text: null,
    error: { code: "silence" },
    body: {
      choices: [{ message: { content: expect.stringMatching(/./) } }],
      sluice: { assembled_from_stream: true, complete: false },
    },
  });
});

it("takes answers together that were asked for as streams", async () => {
  await using simulator = await startSimulator({ port: 0, unlimited: true });
  const { baseUrl: baseURL } = simulator;
  await using sluice = createSluice({ provider: "simulator", baseURL, stream: true });
  const messages = [{ role: "user", content: "Tell me a joke." }];
  const outcome = await sluice.send({ model: "grok-4.3", n: 2, messages });
  expect(outcome).toMatchObject({
    status: "answered",
    finishReason: "stop",
    usage: { inputTokens: expect.any(Number) },
  });
  expect(outcome.texts).toHaveLength(2);
});
