import { describe, expect, it } from "vitest";
import { Budget } from "../../src/engine/budget.ts";
import { WorstCost } from "../../src/engine/worst-cost.ts";
import type { Price } from "../../src/model/provider.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { xai } from "../../src/provider/xai.ts";
import { runEngine, startEngine } from "./engine.ts";
import { answer, cut, response, serverError, throttled } from "./wire-ends.ts";

const PRICE: Price = {
  input: 2,
  cachedInput: 1,
  output: 10,
  longFrom: null,
  longFactor: 1,
  asOf: "2025-01-01",
};
const requestOf = (bytes: number, maxTokens: number | null, samples = 1) => ({
  path: "/chat/completions",
  model: "m",
  body: new Uint8Array(bytes),
  maxTokens,
  samples,
});

describe("a budget", () => {
  it("lets go what fits beside what is spent and reserved", () => {
    const budget = new Budget(100, 20);
    expect(budget.admit(80)).toBe("go");
    budget.reserve(60);
    expect(budget.admit(20)).toBe("go");
    expect(budget.admit(21)).toBe("wait");
    budget.settle(60, 5);
    expect(budget.spent).toBe(25);
    expect(budget.admit(75)).toBe("go");
    expect(budget.admit(76)).toBe("stop");
  });
});

describe("what a request costs at worst", () => {
  it("is unknown without a price, until an answer told one", () => {
    const worst = new WorstCost(null);
    expect(worst.of(requestOf(100, 10))).toBeNull();
    worst.seen(30);
    worst.seen(20);
    expect(worst.of(requestOf(100, 10))).toBe(60);
  });

  it("is the prompt at two bytes a token and every sample up to its cap", () => {
    expect(new WorstCost(PRICE).of(requestOf(100, 10, 3))).toBe(50 * 2 + 3 * 10 * 10);
  });

  it("is never less than the dearest answer seen", () => {
    const worst = new WorstCost(PRICE);
    worst.seen(1e6);
    expect(worst.of(requestOf(100, 10))).toBe(1e6);
    expect(worst.of(requestOf(100, null))).toBe(2e6);
  });
});

describe("a run with a budget", () => {
  const worstOfOne = new WorstCost(xai.price("grok-4.3")).of({
    ...requestOf(JSON.stringify({ row: 0, pad: "" }).length, 100),
    model: "grok-4.3",
  });
  if (worstOfOne === null) throw new Error("grok-4.3 has a price");

  it("spends no more than it has, and stops when the next request could pass it", async () => {
    const cost = Math.floor(worstOfOne / 3);
    const engine = await runEngine({
      rows: 100,
      maxConcurrent: 8,
      budget: worstOfOne * 10,
      script: () => answer("yes", cost),
    });
    expect(engine.result.stop).toMatchObject({ reason: "budget" });
    const { cost: spent, answered } = await engine.ledger.totals();
    expect(spent).toBe(answered * cost);
    expect(spent).toBeLessThanOrEqual(worstOfOne * 10);
    expect(spent + worstOfOne).toBeGreaterThan(worstOfOne * 10 - worstOfOne / 2);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("waits for a request in flight that may turn out cheap, rather than stop", async () => {
    const engine = await runEngine({
      rows: 10,
      maxConcurrent: 4,
      budget: Math.floor(worstOfOne * 1.5),
      script: () => answer("yes", Math.floor(worstOfOne / 100)),
    });
    expect(engine.result.stop).toBeNull();
    expect(engine.transport.peak).toBe(1);
  });

  it.each([
    ["throttled", throttled(1), 0],
    ["failed", serverError, 0],
    ["cut", cut, 1],
    [
      "answered without a word about its cost",
      response(200, { choices: [{ message: { content: "x" } }] }),
      1,
    ],
  ])("takes a request that is %s for what it may have cost", async (_, end, times) => {
    const engine = await runEngine({
      rows: 1,
      maxAttempts: 2,
      budget: worstOfOne * 2,
      script: ({ attempt }) => (attempt === 0 ? end : answer("yes", 7)),
    });
    const answers = engine.transport.sent.length - 1;
    expect(engine.budget?.spent).toBe(times * worstOfOne + answers * 7);
    expect(engine.budget?.admit(worstOfOne * 2 - (engine.budget.spent ?? 0))).toBe("go");
  });

  it("keeps nothing reserved after an abort", async () => {
    const never = Number.POSITIVE_INFINITY;
    const engine = await startEngine({
      rows: 4,
      budget: worstOfOne * 10,
      script: ({ row }) => ({ afterMs: never, writtenAfterMs: row < 2 ? 0 : never }),
    });
    await engine.pass(100);
    engine.run.abort("signal", "Ctrl-C twice");
    await engine.end();
    expect(engine.budget?.spent).toBe(2 * worstOfOne);
    expect(engine.budget?.admit(8 * worstOfOne)).toBe("go");
  });

  it("of a provider without prices is kept by what the answers tell", async () => {
    const engine = await runEngine({ rows: 20, provider: compatible, budget: 100 });
    expect(engine.result.stop).toBeNull();
  });
});
