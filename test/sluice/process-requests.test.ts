import { describe, expect, it } from "vitest";
import { processRequests, RunStoppedError, UsageError } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { prompts, rejection, simulate, statuses, until } from "./simulators.ts";

const MODEL = "grok-4.3";

describe("processRequests", () => {
  it("gives outcome i for request i, whichever is answered first", async () => {
    const { baseUrl: baseURL } = await simulate({ latency: "1ms-40ms", seed: 7 });
    const rows = prompts(200);
    const outcomes = await processRequests(rows, { baseURL, model: MODEL, maxConcurrent: 50 });
    expect(outcomes).toHaveLength(200);
    outcomes.forEach((outcome, i) => {
      expect(outcome).toMatchObject({ status: "answered", index: i, request: rows[i], attempts: 1 });
      expect(outcome.text).toContain(`Echo: prompt ${i} `);
      expect(outcome.texts).toEqual([outcome.text]);
      expect(outcome.body).toMatchObject({ object: "chat.completion" });
      expect(outcome.usage?.outputTokens).toBeGreaterThan(0);
    });
  });

  it("tells the cost in dollars, and null where nobody knows it", async () => {
    const { baseUrl: baseURL } = await simulate({ anyModel: true });
    const [known] = await processRequests(["a"], { provider: "simulator", baseURL, model: MODEL });
    const [unknown] = await processRequests(["a"], { baseURL, model: "home-made" });
    expect(known?.cost).toBeGreaterThan(0);
    expect(known?.cost).toBeLessThan(0.01);
    expect(unknown).toMatchObject({ status: "answered", cost: null });
  });

  it("does not reject for requests that fail", async () => {
    const { baseUrl: baseURL } = await simulate({ faults: ["500#2", "400#3"] });
    const options = { baseURL, model: MODEL, maxRetries: 0, maxConcurrent: 1 };
    const outcomes = await processRequests(prompts(4), options);
    expect(statuses(outcomes)).toEqual(["answered", "failed", "rejected", "answered"]);
    expect(outcomes[1]).toMatchObject({
      text: null,
      texts: [],
      httpStatus: 500,
      error: { code: "http-500" },
    });
    expect(outcomes[2]).toMatchObject({ request: "prompt 2", httpStatus: 400, attempts: 1 });
  });

  it("retries as often as maxRetries says", async () => {
    const simulator = await simulate({ faults: ["500"] });
    const options = { baseURL: simulator.baseUrl, model: MODEL, maxRetries: 2 };
    const [outcome] = await processRequests(["a"], options);
    expect(outcome).toMatchObject({ status: "failed", attempts: 3 });
    expect(simulator.stats().received).toBe(3);
  });

  it("answers no rows with no outcomes", async () => {
    const { baseUrl: baseURL } = await simulate();
    expect(await processRequests([], { baseURL, model: MODEL })).toEqual([]);
  });

  it("rejects with one outcome per row when the provider stops the run", async () => {
    const { baseUrl: baseURL } = await simulate({ requireKey: "right" });
    const error = await rejection(
      processRequests(prompts(30), { baseURL, model: MODEL, apiKey: "wrong-key", maxConcurrent: 2 }),
    );
    expect(error).toBeInstanceOf(RunStoppedError);
    const { reason, outcomes, message } = error as RunStoppedError;
    expect(reason).toBe("account");
    expect(outcomes.map(({ index, request }) => [index, request])).toEqual(
      prompts(30).map((prompt, i) => [i, prompt]),
    );
    expect(statuses(outcomes)).toEqual(Array(30).fill("unsent"));
    expect(message).not.toContain("wrong-key");
  });

  it("rejects when the model that all rows ask for does not exist", async () => {
    const simulator = await simulate();
    const error = await rejection(
      processRequests(prompts(50), { baseURL: simulator.baseUrl, model: "grok-9", maxConcurrent: 1 }),
    );
    expect(error).toMatchObject({ name: "RunStoppedError", reason: "account" });
    expect((error as RunStoppedError).outcomes).toHaveLength(50);
    expect(simulator.stats().received).toBe(1);
  });

  it("rejects at once for a signal that is aborted already, and sends nothing", async () => {
    const simulator = await simulate();
    const signal = AbortSignal.abort(new Error("changed my mind"));
    const error = await rejection(
      processRequests(prompts(3), { baseURL: simulator.baseUrl, model: MODEL, signal }),
    );
    expect(error).toMatchObject({ name: "RunStoppedError", reason: "signal", cause: signal.reason });
    expect(statuses((error as RunStoppedError).outcomes)).toEqual(["unsent", "unsent", "unsent"]);
    expect(simulator.stats().received).toBe(0);
  });

  it("stops midway for a signal: answered, unknown and unsent rows are told apart", async () => {
    const provider = await provide((_, number) => (number === 1 ? "yes" : null));
    const stop = new AbortController();
    const { baseURL } = provider;
    const options = { baseURL, model: MODEL, maxConcurrent: 3, signal: stop.signal };
    const asking = processRequests(prompts(20), options);
    await until(() => provider.bodies.length === 4);
    stop.abort();
    const { outcomes, reason } = (await rejection(asking)) as RunStoppedError;
    expect(reason).toBe("signal");
    const rest = [...Array(3).fill("unknown"), ...Array(16).fill("unsent")];
    expect(statuses(outcomes)).toEqual(["answered", ...rest]);
    await until(() => provider.open() === 0);
    expect(provider.bodies).toHaveLength(4);
  });

  it("keeps a budget, and refuses one where nobody tells what an answer costs", async () => {
    const simulator = await simulate({ outputTokens: "100" });
    const options = { baseURL: simulator.baseUrl, model: MODEL, maxTokens: 100, budget: 0.002 };
    const error = await rejection(processRequests(prompts(50), { ...options, provider: "simulator" }));
    expect(error).toMatchObject({ reason: "budget" });
    expect((error as RunStoppedError).outcomes).toHaveLength(50);
    expect(simulator.stats().ticks).toBeGreaterThan(0);
    expect(simulator.stats().ticks).toBeLessThanOrEqual(0.002e10);
    const strict = { ...options, provider: "simulator", budgetMode: "strict" as const };
    const refused = (await rejection(processRequests(["a"], strict))) as RunStoppedError;
    expect(refused).toMatchObject({
      reason: "budget",
      message: expect.stringMatching(/may cost up to \$2\.50/),
    });
    const [unpriced] = await processRequests(["a"], {
      ...options,
      provider: "compatible",
      model: "home-made",
    });
    expect(unpriced).toMatchObject({ status: "unsent" });
    expect(unpriced?.status !== "answered" && unpriced?.error.message).toContain("home-made");
  });

  it("lets ten handlers share one limit, also where they say nothing about it", async () => {
    const simulator = await simulate({ latency: "5ms" });
    const baseURL = simulator.baseUrl;
    const first = processRequests(prompts(20), { baseURL, model: MODEL, maxConcurrent: 2 });
    const others = prompts(9).map((prompt) =>
      processRequests([prompt, `${prompt} again`], { baseURL, model: MODEL, timeout: 5000 + prompt.length }),
    );
    await Promise.all([first, ...others]);
    expect(simulator.stats()).toMatchObject({ answered: 38, maxInFlight: 2 });
  });

  it("does not share a limit between keys", async () => {
    const simulator = await simulate({ latency: "30ms" });
    const options = { baseURL: simulator.baseUrl, model: MODEL, maxConcurrent: 1 };
    await Promise.all(
      ["one", "two", "three"].map((apiKey) => processRequests(prompts(3), { ...options, apiKey })),
    );
    expect(simulator.stats().maxInFlight).toBe(3);
  });

  it.each([
    ["a text", "Tell me a joke"],
    ["undefined", undefined],
    ["an iterable that is no array", new Set(["a"])],
  ])("refuses %s in place of rows, which would be paid by the letter", async (_, rows) => {
    const error = await rejection(processRequests(rows as never, { model: MODEL, apiKey: "k" }));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("the rows are an array, not ");
  });
});
