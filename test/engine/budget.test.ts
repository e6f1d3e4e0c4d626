import { describe, expect, it } from "vitest";
import { Budget } from "../../src/engine/budget.ts";
import type { Prospect } from "../../src/engine/reserve.ts";
import { WorstCost } from "../../src/engine/worst-cost.ts";
import type { BudgetMode } from "../../src/model/budget.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { xai } from "../../src/provider/xai.ts";
import { runEngine, startEngine } from "./engine.ts";
import { requestOf } from "./planned-rows.ts";
import { answer, cut, response, serverError, throttled } from "./wire-ends.ts";

/** A cap holds for everything this model bills. */
const CAPPED = "grok-4.20-0309-non-reasoning";
const capped = (count: number) => Array.from({ length: count }, () => ({ lane: CAPPED }));

function budgetOf(limit: number, over: { spent?: number; mode?: BudgetMode; openEnded?: number } = {}) {
  return new Budget({ limit, spent: 0, mode: "learned", openEnded: 4, ...over }, xai.costBound);
}
function prospect(most: number | null, over: Partial<Prospect> = {}): Prospect {
  return { bound: { most, capped: true }, likely: null, typical: null, isSampled: false, ...over };
}
const openEnded = (most: number | null, over: Partial<Prospect> = {}) =>
  prospect(most, { bound: { most, capped: false }, ...over });

describe("a budget", () => {
  it("lets go what fits beside what is spent and held back", () => {
    const budget = budgetOf(100, { spent: 20 });
    expect(budget.admit(prospect(80))).toBe("go");
    const hold = budget.hold(prospect(60));
    expect(budget.admit(prospect(20))).toBe("go");
    expect(budget.admit(prospect(21))).toBe("wait");
    budget.settle(hold, 5);
    expect(budget.spent).toBe(25);
    expect(budget.admit(prospect(75))).toBe("go");
    expect(budget.admit(prospect(76))).toBe("stop");
    expect(budget.reason(prospect(76))).toMatch(/^the next request could pass the budget: it may cost up to/);
  });

  it("holds back the most of an answer without a cap while it samples, then twice the dearest", () => {
    const budget = budgetOf(100);
    expect(budget.hold(openEnded(60, { likely: 1, typical: 1 })).ticks).toBe(60);
    expect(budget.admit(openEnded(60, { likely: 1, typical: 1 }))).toBe("wait");
    expect(budget.hold(openEnded(60, { likely: 8, typical: 1, isSampled: true })).ticks).toBe(8);
    expect(budget.hold(openEnded(60, { likely: 900, typical: 1, isSampled: true })).ticks).toBe(32);
  });

  it("sends one alone whose most does not fit but whose like mostly does", () => {
    const budget = budgetOf(100);
    expect(budget.admit(openEnded(900, { typical: 101 }))).toBe("stop");
    expect(budget.admit(openEnded(900, { typical: 100 }))).toBe("go");
    expect(budget.hold(openEnded(900, { typical: 100 })).ticks).toBe(100);
    expect(budget.admit(openEnded(900, { typical: 100 }))).toBe("wait");
    expect(budgetOf(100, { mode: "strict" }).admit(openEnded(900, { typical: 1 }))).toBe("stop");
  });

  it("has only so many answers in flight that nothing bounds", () => {
    const budget = budgetOf(100, { openEnded: 2 });
    const next = openEnded(60, { likely: 1, typical: 1, isSampled: true });
    const first = budget.hold(next);
    budget.hold(next);
    expect(budget.admit(next)).toBe("wait");
    expect(budget.admit(prospect(90))).toBe("go");
    budget.settle(first, 1);
    expect(budget.admit(next)).toBe("go");
  });
});

describe("what a request costs at worst", () => {
  const PRICE = {
    input: 2,
    cachedInput: 1,
    output: 10,
    longFrom: null,
    longFactor: 1,
    asOf: "2025-01-01",
  };
  const sized = (bytes: number, maxTokens: number | null, samples = 1) => ({
    ...{ path: "/chat/completions", model: "m", body: new Uint8Array(bytes), maxTokens, samples },
  });

  it("is unknown without a price, until an answer told one", () => {
    const worst = new WorstCost(null);
    expect(worst.of(sized(100, 10))).toBeNull();
    worst.seen(30);
    worst.seen(20);
    expect(worst.of(sized(100, 10))).toBe(60);
  });

  it("is the prompt at two bytes a token and every sample up to its cap", () => {
    expect(new WorstCost(PRICE).of(sized(100, 10, 3))).toBe(50 * 2 + 3 * 10 * 10);
  });

  it("is never less than the dearest answer seen", () => {
    const worst = new WorstCost(PRICE);
    worst.seen(1e6);
    expect(worst.of(sized(100, 10))).toBe(1e6);
    expect(worst.of(sized(100, null))).toBe(2e6);
  });

  it("goes by the answers alone once five of them were seen, in this run or before", () => {
    const worst = new WorstCost(PRICE);
    for (const cost of [100, 200, 300, 400]) worst.seen(cost);
    expect(worst.isSampled).toBe(false);
    expect(worst.learned(sized(10, null))).toBe(worst.of(sized(10, null)));
    worst.seen(500);
    expect(worst.learned(sized(10, null))).toBe(1000);
    expect(worst.typical(sized(10, null))).toBe(600);
    const resumed = new WorstCost(PRICE, { answers: 5, dearest: 500, cost: { mean: 300 } });
    expect(resumed.learned(sized(10, 9))).toBe(1000);
    expect(resumed.typical(sized(10, 9))).toBe(600);
  });
});

describe("a run with a budget", () => {
  const request = { ...requestOf(0, { lane: CAPPED }) };
  const worstOfOne = xai.costBound(request).most ?? 0;

  it("spends no more than it has, and stops when the next request could pass it", async () => {
    const cost = Math.floor(worstOfOne / 3);
    const budget = worstOfOne * 10;
    const engine = await runEngine({
      ...{ rows: capped(100), maxConcurrent: 8, budget },
      script: () => answer("yes", cost),
    });
    expect(engine.result.stop).toMatchObject({ reason: "budget" });
    const { cost: spent, answered } = await engine.ledger.totals();
    expect(spent).toBe(answered * cost);
    expect(spent).toBeLessThanOrEqual(budget);
    expect(spent + worstOfOne * 1.1).toBeGreaterThan(budget);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("waits for a request in flight that may turn out cheap, rather than stop", async () => {
    const engine = await runEngine({
      ...{ rows: capped(10), maxConcurrent: 4, budget: Math.floor(worstOfOne * 1.5) },
      script: () => answer("yes", Math.floor(worstOfOne / 100)),
    });
    expect(engine.result.stop).toBeNull();
    expect(engine.transport.peak).toBe(1);
  });

  it("says that it is what holds a run back", async () => {
    const budget = Math.floor(worstOfOne * 1.5);
    const engine = await startEngine({ rows: capped(10), maxConcurrent: 4, budget });
    await engine.pass(50);
    expect(engine.run.lanes()).toMatchObject([{ inFlight: 1, binding: "budget" }]);
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
      ...{ rows: capped(1), maxAttempts: 2, budget: worstOfOne * 3 },
      script: ({ attempt }) => (attempt === 0 ? end : answer("yes", 7)),
    });
    const answers = engine.transport.sent.length - 1;
    expect(engine.budget?.spent).toBe(times * worstOfOne + answers * 7);
    expect(engine.budget?.left).toBe(worstOfOne * 3 - (engine.budget?.spent ?? 0));
    const { cost, atRisk } = await engine.ledger.totals();
    expect(cost + atRisk).toBe(engine.budget?.spent);
  });

  it("keeps nothing held back after an abort", async () => {
    const never = Number.POSITIVE_INFINITY;
    const engine = await startEngine({
      ...{ rows: capped(4), budget: worstOfOne * 10 },
      script: ({ row }) => ({ afterMs: never, writtenAfterMs: row < 2 ? 0 : never }),
    });
    await engine.pass(100);
    engine.run.abort("signal", "Ctrl-C twice");
    await engine.end();
    expect(engine.budget?.spent).toBe(2 * worstOfOne);
    expect(engine.budget?.left).toBe(8 * worstOfOne);
  });

  it("samples answers that no cap bounds one by one, then lets many go", async () => {
    const most = xai.costBound(requestOf(0, {})).most ?? 0;
    const run = { rows: 200, openEnded: 10, budget: most - 1, script: () => answer("yes", most / 1e4) };
    const engine = await runEngine(run);
    expect(engine.result.stop).toBeNull();
    expect(engine.transport.peak).toBe(10);
    expect(engine.transport.sent.map(({ now }) => now).slice(0, 5)).toEqual([0, 100, 200, 300, 400]);
    const seen = { answers: 5, dearest: most / 1e4, cost: { mean: most / 1e4 } };
    const resumed = await runEngine({ ...run, seen });
    expect(resumed.transport.sent.filter(({ now }) => now === 0).length).toBeGreaterThan(1);
  });

  it("sends none under a strict budget whose cost nothing bounds, and the others", async () => {
    const rows = [{ lane: "grok-4.20-multi-agent" }, { lane: CAPPED }, { lane: "grok-4.20-multi-agent" }];
    const engine = await runEngine({ rows, budget: worstOfOne * 5, budgetMode: "strict" });
    expect(engine.result.stop).toBeNull();
    expect(engine.statuses()).toEqual(["unsent", "answered", "unsent"]);
  });

  it("of a provider without prices is kept by what the answers tell", async () => {
    const engine = await runEngine({ rows: 20, provider: compatible, budget: 100 });
    expect(engine.result.stop).toBeNull();
  });
});
