import { describe, expect, it } from "vitest";
import { promptOf, startSimulator } from "../../src/simulator/index.ts";
import { chat, getJson, post } from "./clients.ts";
import { startUnlimited } from "./started.ts";

describe("the stats", () => {
  it("tell each request as it was received, answered and billed", async () => {
    const { baseUrl } = await startUnlimited();
    await post(baseUrl, "/chat/completions", chat("hello", { user: "row-7" }));
    const stats = await getJson(`${baseUrl}/simulator/stats`);
    expect(stats).toMatchObject({ received: 1, answered: 1, byStatus: { 200: 1 }, billed: 1, inFlight: 0 });
    expect(stats.requests[0]).toMatchObject({
      number: 1,
      path: "/v1/chat/completions",
      protocol: "http/1.1",
      model: "grok-4.3",
      marker: "row-7",
      promptHash: promptOf("hello").digest,
      status: 200,
      ending: "answered",
      promptTokens: 2,
      completionTokens: 60,
      ticks: 2 * 12_500 + 60 * 25_000,
    });
    expect(stats.ticks).toBe(stats.requests[0].ticks);
  });

  it("are read page by page, and forget the oldest requests beyond their bound", async () => {
    const { baseUrl } = await startUnlimited({ keep: 5 });
    for (let i = 0; i < 8; i++) await post(baseUrl, "/chat/completions", chat(`row ${i}`));
    const page = (query: string) => getJson(`${baseUrl}/simulator/stats?${query}`);
    const first = await page("limit=3");
    expect(first.requests.map(({ number }: { number: number }) => number)).toEqual([4, 5, 6]);
    expect(first).toMatchObject({ received: 8, forgotten: 3, next: 6 });
    const second = await page(`limit=3&after=${first.next}`);
    expect(second.requests.map(({ number }: { number: number }) => number)).toEqual([7, 8]);
    expect(second.next).toBeNull();
  });

  it("count money without a price apart", async () => {
    const simulator = await startUnlimited({ dialect: "openai" });
    const { baseUrl } = simulator;
    await post(baseUrl, "/chat/completions", { ...chat("x"), model: "gpt-5-mini" });
    expect(simulator.stats()).toMatchObject({ billed: 1, unpriced: 1, ticks: 0 });
    expect(simulator.stats().requests[0]?.ticks).toBeNull();
  });

  it("begin anew at a reset, as does everything else", async () => {
    const simulator = await startUnlimited({ unlimited: false, rps: 1, latency: "0ms" });
    const { baseUrl } = simulator;
    expect((await post(baseUrl, "/chat/completions", chat("x"))).status).toBe(200);
    expect((await post(baseUrl, "/chat/completions", chat("x"))).status).toBe(429);
    expect((await post(baseUrl, "/simulator/reset", {})).status).toBe(200);
    expect(simulator.stats()).toMatchObject({ received: 0, throttled: 0, ticks: 0, requests: [] });
    expect((await post(baseUrl, "/chat/completions", chat("x"))).status).toBe(200);
  });

  it("tell a client that left, and bill the work that was done for it", async () => {
    const simulator = await startUnlimited({ latency: "60ms" });
    const { baseUrl } = simulator;
    const gone = fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(chat("x")),
      signal: AbortSignal.timeout(30),
    });
    await expect(gone).rejects.toThrow();
    await expect.poll(() => simulator.stats().clientGone).toBe(1);
    expect(simulator.stats()).toMatchObject({ answered: 0, billed: 1 });
    expect(simulator.stats().requests[0]).toMatchObject({
      ending: "client-gone",
      status: null,
      billed: true,
    });
  });
});

describe("options", () => {
  it.each([
    [{ tier: 5 }, "--tier 5"],
    [{ port: 70_000 }, "--port 70000"],
    [{ rps: -1 }, "--rps -1"],
    [{ latency: "5" }, "--latency 5"],
    [{ outputTokens: "1s" }, "--output-tokens 1s"],
    [{ faults: ["nonsense"] }, "--fault nonsense"],
    [{ window: "round" as "fixed" }, "--window round"],
    [{ host: "203.0.113.7" }, "--host 203.0.113.7"],
  ])("out of range are refused in one sentence: %o", async (options, beginning) => {
    await expect(startSimulator(options)).rejects.toThrow(new RegExp(`^${beginning}.*\\.$`));
  });
});
