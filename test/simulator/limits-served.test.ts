import { afterEach, describe, expect, it } from "vitest";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../src/simulator/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { chat, post } from "./clients.ts";

let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: SimulatorOptions) {
  const clock = virtualClock();
  simulator = await startSimulator({ clock, ...options });
  const ask = (more: Record<string, unknown> = {}) =>
    post(simulator.baseUrl, "/chat/completions", chat("x".repeat(40), more));
  return { clock, ask };
}

describe("xAI's dialect", () => {
  it("tells limits per minute on success, and neither limits nor a wait on a 429", async () => {
    const { clock, ask } = await start({ rps: 2 });
    const answered = await ask();
    expect(answered.headers.get("x-ratelimit-limit-requests")).toBe("96");
    expect(answered.headers.get("x-ratelimit-remaining-requests")).toBe("95");
    expect(answered.headers.get("x-ratelimit-limit-tokens")).toBe("10000000");
    expect(answered.headers.get("x-ratelimit-reset-requests")).toBeNull();
    await ask();
    const throttled = await ask();
    expect(throttled.status).toBe(429);
    expect(throttled.json.code).toBe("resource-exhausted");
    expect(throttled.json.error).toMatch(
      /^Too many requests for team [0-9a-f-]{36} and model grok-4\.3\. Your team's rate limit is — Requests per Second \(actual\/limit\): 2\/2\.$/,
    );
    for (const name of ["x-ratelimit-limit-requests", "retry-after"])
      expect(throttled.headers.get(name)).toBeNull();
    expect(throttled.headers.get("x-sluice-simulator")).toBe("1");
    clock.advance(1000);
    expect((await ask()).status).toBe(200);
    expect(simulator.stats()).toMatchObject({ answered: 3, throttled: 1 });
  });

  it("names the minute and the tokens when those are used up", async () => {
    const { ask } = await start({ rps: 0, rpm: 1, tpm: 0 });
    await ask();
    expect((await ask()).json.error).toContain("Requests per Minute (actual/limit): 1/1.");
    await simulator.close();
    const tokens = await start({ rps: 0, tpm: 50 });
    await tokens.ask();
    expect((await tokens.ask()).json.error).toContain("Tokens per Minute (actual/limit): 70/50.");
  });

  it("limits each model by itself", async () => {
    const { ask } = await start({ rps: 1 });
    expect((await ask()).status).toBe(200);
    expect((await ask({ model: "grok-4.7" })).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });
});

describe("OpenAI's dialect", () => {
  it("tells limits with Go durations on every answer, and a wait on a 429", async () => {
    const { ask } = await start({ dialect: "openai", rpm: 1, tpm: 6000 });
    const answered = await ask();
    expect(answered.headers.get("x-ratelimit-limit-requests")).toBe("1");
    expect(answered.headers.get("x-ratelimit-remaining-tokens")).toBe("5930");
    expect(answered.headers.get("x-ratelimit-reset-requests")).toBe("1m0s");
    const throttled = await ask();
    expect(throttled.status).toBe(429);
    expect(throttled.json.error).toMatchObject({
      type: "requests",
      code: "rate_limit_exceeded",
      param: null,
    });
    expect(throttled.json.error.message).toMatch(
      /on requests per min \(RPM\): Limit 1, Used 1, Requested 1\. Please try again in 1m0s\.$/,
    );
    expect(throttled.headers.get("retry-after")).toBe("60");
    expect(throttled.headers.get("x-ratelimit-remaining-requests")).toBe("0");
  });

  it("tells the wait exactly, or not at all, where it is told to", async () => {
    const exact = await start({ dialect: "openai", rps: 2, window: "bucket", retryAfter: "exact" });
    await exact.ask();
    await exact.ask();
    const { headers } = await exact.ask();
    expect([headers.get("retry-after"), headers.get("retry-after-ms")]).toEqual(["0.5", "500"]);
    await simulator.close();
    const silent = await start({ dialect: "openai", rpm: 1, retryAfter: "none", limitHeaders: false });
    await silent.ask();
    const told = [...(await silent.ask()).headers.keys()];
    expect(told.filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
  });
});

describe("each kind of window", () => {
  it.each([
    ["sliding", 4, 0],
    ["fixed", 4, 4],
    ["bucket", 4, 0],
  ] as const)("%s: admits %i at 900 ms and %i more at 1000 ms", async (window, first, second) => {
    const { clock, ask } = await start({ rps: 4, window });
    const admitted = async () => {
      let count = 0;
      for (let i = 0; i < 5; i++) if ((await ask()).status === 200) count += 1;
      return count;
    };
    clock.advance(900);
    expect(await admitted()).toBe(first);
    clock.advance(100);
    expect(await admitted()).toBe(second);
  });
});

describe("time", () => {
  it("comes from the clock: an answer waits for its latency", async () => {
    const { clock, ask } = await start({ latency: "10s" });
    const answer = ask();
    await expect.poll(() => simulator.stats().inFlight).toBe(1);
    clock.advance(9999);
    expect(simulator.stats().answered).toBe(0);
    clock.advance(1);
    expect((await answer).status).toBe(200);
  });
});
