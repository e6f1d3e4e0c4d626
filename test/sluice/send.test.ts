import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { createSluice, type RunStoppedError, UsageError } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { prompts, rejection, simulate, statuses, until } from "./simulators.ts";

const MODEL = "grok-4.3";

describe("send", () => {
  it("asks a prompt, a chat body or a Batch line, and gives its outcome", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    const messages = [{ role: "user", content: "hello" }];
    const body = { model: MODEL, messages };
    const line = { custom_id: "a", method: "POST", url: "/v1/chat/completions", body };
    const outcomes = await Promise.all([
      sluice.send("hello", { model: MODEL }),
      sluice.send(body),
      sluice.send(line),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: "answered", index: 0, attempts: 1 });
      expect(outcome.text).toContain("Echo: hello #");
    }
    expect(outcomes[2]).toMatchObject({ customId: "a", request: line });
  });

  it("takes each call for a question of its own, also when its words and its id were used before", async () => {
    const simulator = await simulate();
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const line = { custom_id: "a", model: MODEL, messages: [{ role: "user", content: "hello" }] };
    await Promise.all([sluice.send(line), sluice.send(line), sluice.send(line)]);
    expect(simulator.stats().answered).toBe(3);
  });

  it("does not reject for a request that fails", async () => {
    const { baseUrl: baseURL } = await simulate({ faults: ["400"] });
    await using sluice = createSluice({ baseURL });
    expect(await sluice.send("hello", { model: MODEL })).toMatchObject({ status: "rejected", text: null });
  });

  it("refuses what cannot be sent", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    for (const request of [{ question: "why?" }, 7, undefined, 1n, "no model"]) {
      expect(await rejection(sluice.send(request))).toBeInstanceOf(UsageError);
    }
  });

  it("rejects when the account is stopped, and asks anew the next time", async () => {
    const simulator = await simulate({ requireKey: "right" });
    await using sluice = createSluice({ baseURL: simulator.baseUrl, apiKey: "wrong" });
    for (const received of [1, 2]) {
      const error = await rejection(sluice.send("hello", { model: MODEL }));
      expect(error).toMatchObject({ name: "RunStoppedError", reason: "account" });
      expect(simulator.stats().received).toBe(received);
    }
  });

  it("rejects for a model that does not exist, and for none of the others", async () => {
    const { baseUrl: baseURL } = await simulate({ latency: "30ms" });
    await using sluice = createSluice({ baseURL });
    const good = sluice.send("hello", { model: MODEL });
    const bad = [1, 2].map((i) => rejection(sluice.send(`hello ${i}`, { model: "grok-9" })));
    for (const error of await Promise.all(bad)) {
      expect(error).toMatchObject({ name: "RunStoppedError", reason: "account" });
      expect((error as Error).message).toContain("grok-9");
    }
    expect((await good).status).toBe("answered");
    expect((await sluice.send("again", { model: MODEL })).status).toBe("answered");
  });

  it("gives its exchange up for a signal, and makes room for the next call", async () => {
    const provider = await provide((_, number) => (number === 1 ? null : "yes"));
    await using sluice = createSluice({ baseURL: provider.baseURL, maxConcurrent: 1 });
    const stop = new AbortController();
    const asking = sluice.send("hello", { model: MODEL, signal: stop.signal });
    const next = sluice.send("next", { model: MODEL });
    await until(() => provider.bodies.length === 1);
    stop.abort("gone");
    const error = (await rejection(asking)) as RunStoppedError;
    expect(error).toMatchObject({ reason: "signal", cause: "gone" });
    expect(error.outcomes).toMatchObject([{ status: "unknown", request: "hello" }]);
    expect((await next).text).toBe("yes");
    expect(provider.bodies).toHaveLength(2);
  });

  it("is unknown where its signal comes between two attempts of which one may be billed", async () => {
    const simulator = await simulate({ faults: ["502"] });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const stop = new AbortController();
    const asking = sluice.send("hello", { model: MODEL, signal: stop.signal });
    await until(() => simulator.stats().received === 3);
    stop.abort();
    const error = (await rejection(asking)) as RunStoppedError;
    expect(error.outcomes).toMatchObject([{ status: "unknown", attempts: 3, error: { code: "given-up" } }]);
  });

  it("never sends what its signal called back while it waited for its turn", async () => {
    const gate = Promise.withResolvers<string>();
    const provider = await provide(() => gate.promise);
    await using sluice = createSluice({ baseURL: provider.baseURL, maxConcurrent: 1 });
    const first = sluice.send("first", { model: MODEL });
    await until(() => provider.bodies.length === 1);
    const stop = new AbortController();
    const waiting = [1, 2, 3].map((i) =>
      rejection(sluice.send(`waits ${i}`, { model: MODEL, signal: stop.signal })),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    for (const error of await Promise.all(waiting)) {
      expect((error as RunStoppedError).outcomes).toMatchObject([{ status: "unsent" }]);
    }
    gate.resolve("yes");
    await first;
    expect((await sluice.send("last", { model: MODEL })).text).toBe("yes");
    expect(provider.bodies.map(({ messages }) => JSON.stringify(messages))).toEqual([
      expect.stringContaining("first"),
      expect.stringContaining("last"),
    ]);
  });

  it("listens once to a signal that many calls share", async () => {
    const { baseUrl } = await simulate({ latency: "50ms" });
    await using sluice = createSluice({ provider: "simulator", baseURL: baseUrl });
    const { signal } = new AbortController();
    const asking = Promise.all(prompts(20).map((prompt) => sluice.send(prompt, { model: MODEL, signal })));
    await until(() => getEventListeners(signal, "abort").length > 0);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    expect(statuses(await asking)).toEqual(Array(20).fill("answered"));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("rejects at once for a signal that is aborted already", async () => {
    const provider = await provide(() => "yes");
    await using sluice = createSluice({ baseURL: provider.baseURL });
    const signal = AbortSignal.abort("no");
    const error = await rejection(sluice.send("hello", { model: MODEL, signal }));
    expect(error).toMatchObject({ name: "RunStoppedError", reason: "signal", cause: "no" });
    expect(provider.bodies).toEqual([]);
  });

  it("is given up when the instance is closed", async () => {
    const provider = await provide(() => null);
    const sluice = createSluice({ baseURL: provider.baseURL });
    const asking = rejection(sluice.send("hello", { model: MODEL }));
    await until(() => provider.bodies.length === 1);
    await sluice.close();
    expect(await asking).toMatchObject({ reason: "signal", message: "the instance was closed" });
    expect(await rejection(sluice.send("hello", { model: MODEL }))).toBeInstanceOf(UsageError);
  });
});
