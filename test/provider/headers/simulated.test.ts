import { describe, expect, it } from "vitest";
import { type SimulatorOptions, startSimulator } from "../../../src/simulator/index.ts";
import { chat, post } from "../../simulator/clients.ts";
import { virtualClock } from "../../support/virtual-clock.ts";
import { provider } from "../wire.ts";
import { MINUTE, told } from "./heads.ts";

/** What the provider `simulator` reads out of answers of a real simulator, to as many requests as asked for. */
async function toldBy(options: SimulatorOptions, requests = 1) {
  await using simulator = await startSimulator({ clock: virtualClock(), ...options });
  const answers = [];
  for (let sent = 0; sent < requests; sent += 1) {
    const { status, headers } = await post(simulator.baseUrl, "/chat/completions", chat("hi"));
    answers.push(provider("simulator").limitsTold({ status, headers: Object.fromEntries(headers) }));
  }
  return answers;
}

describe("what the simulator tells is what it enforces", () => {
  it("in xAI's dialect: the second, the minute that sleeps, and the tokens; nothing on a 429", async () => {
    const [answered, throttled] = await toldBy({ rps: 5, tpm: 16_000, rpm: 1 }, 2);
    expect(answered).toEqual([
      told("requests", 2, 1000),
      told("requests", 1, MINUTE, { remaining: 0, dormant: true }),
      told("tokens", 16_000, MINUTE, { remaining: expect.any(Number) }),
    ]);
    expect(throttled).toEqual([]);
    expect((await toldBy({ rps: 37 }))[0]?.[0]).toEqual(told("requests", 37, 1000));
  });

  it("in OpenAI's dialect: a minute each, also on a 429", async () => {
    const answers = await toldBy({ dialect: "openai", rpm: 1, tpm: 6000 }, 2);
    for (const limits of answers) {
      expect(limits).toEqual([
        told("requests", 1, MINUTE, { remaining: 0, resetMs: MINUTE }),
        told("tokens", 6000, MINUTE, { remaining: expect.any(Number), resetMs: expect.any(Number) }),
      ]);
    }
    expect(answers).toHaveLength(2);
  });

  it("nothing, where it keeps its headers to itself", async () => {
    expect(await toldBy({ rps: 5, limitHeaders: false })).toEqual([[]]);
  });
});
