import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BudgetMode } from "../../src/model/budget.ts";
import type { Ticks } from "../../src/model/money.ts";
import { xai } from "../../src/provider/xai.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { type Engine, startEngine } from "./engine.ts";
import type { Reply } from "./fake-transport.ts";
import { requestOf } from "./planned-rows.ts";
import { WatchedLedger } from "./watched-ledger.ts";
import { answer, cut, response, serverError, throttled, unreached } from "./wire-ends.ts";

/** Its cap holds for all that is billed; that of the other counts no reasoning. */
const CAPPED = "grok-4.20-0309-non-reasoning";
const OPEN_ENDED = "grok-4.3";
/** A budget is so many times what is held back for one request: nine tenths of it can then be used. */
const FEWEST = 12;

/** What the provider does with a request, and how dear it is: most answers alike, some as dear as can be. */
const fate = fc.record({
  end: fc.constantFrom("answer", "answer", "answer", "answer", "silent", "cut", "fails", "throttles", "none"),
  usual: fc.double({ min: 0.1, max: 1, noNaN: true }),
  share: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null, freq: 15 }),
  afterMs: fc.constantFrom(1, 20, 100, 900),
});

const campaign = fc.record({
  lane: fc.constantFrom(CAPPED, OPEN_ENDED),
  mode: fc.constantFrom<BudgetMode>("learned", "strict"),
  maxConcurrent: fc.constantFrom(1, 3, 8, 40),
  openEnded: fc.constantFrom(1, 4, 40),
  fates: fc.array(fate, { minLength: 1, maxLength: 40 }),
  budget: fc.integer({ min: FEWEST, max: 3 * FEWEST }),
  /** When the process is killed; the next run goes on with the same budget. */
  killedAtMs: fc.option(fc.constantFrom(1, 50, 300, 2000), { nil: null }),
});
type Campaign = typeof campaign extends fc.Arbitrary<infer Value> ? Value : never;

const ROWS = 400;
/** A usual answer's share of the most it can cost: small where that is the model's whole context. */
const USUAL = { learned: 0.001, bounded: 0.5 };
/** The budget's unit, as a share of the most an answer can cost. */
const UNIT = { learned: 0.004, bounded: 1 };

/** What the provider billed, whether or not anybody learnt of it. */
interface Bill {
  total: Ticks;
  /** Answers that were billed and never came. */
  lost: number;
}

/** No run waits for ever: among its fates is an answer. */
const ANSWERED = { end: "answer", usual: 0.5, share: null, afterMs: 20 };

function kindOf({ lane, mode }: Campaign): keyof typeof USUAL {
  return lane === OPEN_ENDED && mode === "learned" ? "learned" : "bounded";
}

function replyOf(plan: Campaign, most: Ticks, bill: Bill): (number: number) => Reply {
  return (number) => {
    const { end, usual, share, afterMs } = plan.fates[number % (plan.fates.length + 1)] ?? ANSWERED;
    const cost = Math.floor(most * (share ?? usual * USUAL[kindOf(plan)]));
    const billed = () => {
      bill.total += cost;
      return cost;
    };
    if (end === "answer") return { afterMs, end: answer("yes", billed()) };
    if (end === "fails") return { afterMs, end: serverError };
    if (end === "throttles") return { afterMs, end: throttled(1) };
    if (end === "none") return { afterMs, end: unreached };
    billed();
    bill.lost += 1;
    if (end === "cut") return { afterMs, end: cut };
    return { afterMs, end: response(200, { choices: [{ message: { content: "x" } }] }) };
  };
}

async function play(plan: Campaign): Promise<{ engine: Engine; bill: Bill; most: Ticks; limit: Ticks }> {
  const most = xai.costBound(requestOf(0, { lane: plan.lane })).most ?? 0;
  const limit = Math.ceil(plan.budget * most * UNIT[kindOf(plan)]);
  const bill: Bill = { total: 0, lost: 0 };
  const script = replyOf(plan, most, bill);
  const ledger = new WatchedLedger(virtualClock(), () => 0);
  const options = {
    rows: Array.from({ length: ROWS }, () => ({ lane: plan.lane })),
    ...{ ledger, budget: limit, budgetMode: plan.mode, maxAttempts: 2 },
    ...{ maxConcurrent: plan.maxConcurrent, openEnded: plan.openEnded },
    script: ({ number }: { number: number }) => script(number),
  };
  if (plan.killedAtMs !== null) {
    const first = await startEngine(options);
    await first.pass(plan.killedAtMs);
    // Whatever was started reaches the wire, and is billed.
    first.clock.advance(0);
    const underWay = first.transport.underWay;
    first.run.abort("signal", "killed");
    await first.end();
    bill.lost += underWay;
  }
  const { cost, atRisk } = await ledger.totals();
  const [seen] = await ledger.experience();
  const engine = await startEngine({
    ...options,
    spent: cost + atRisk,
    ...(seen === undefined ? {} : { seen }),
  });
  await engine.end();
  return { engine, bill, most, limit };
}

describe("whatever happens to its requests,", () => {
  it("a run keeps the budget, or what it said of it, and uses it up where rows remain", async () => {
    let stopped = 0;
    await fc.assert(
      fc.asyncProperty(campaign, async (plan) => {
        const { engine, bill, most, limit } = await play(plan);
        const { cost, atRisk, todo } = await engine.ledger.totals();
        const isLearned = kindOf(plan) === "learned";
        const allowed = isLearned ? (plan.openEnded + bill.lost) * most : 0;
        expect(bill.total).toBeLessThanOrEqual(limit + allowed);
        expect(cost + atRisk).toBe(engine.budget?.spent);
        const answers = engine.ledger.records.filter(({ ending }) => ending === "answered");
        expect(cost).toBe(answers.reduce((sum, record) => sum + (record.cost ?? 0), 0));
        expect(cost).toBeLessThanOrEqual(bill.total);
        expect(bill.total - cost).toBeLessThanOrEqual(isLearned ? bill.total : atRisk);
        // Where a single answer is more than a tenth of it, the rest may be too little for the next.
        if (todo === 0 || 20 * cost > limit * answers.length) return;
        stopped += 1;
        expect(cost + atRisk).toBeGreaterThanOrEqual(0.9 * limit);
      }),
      { numRuns: 200 },
    );
    expect(stopped).toBeGreaterThan(50);
  });
});
