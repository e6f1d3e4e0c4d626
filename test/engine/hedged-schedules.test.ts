import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { xai } from "../../src/provider/xai.ts";
import { type Engine, startEngine } from "./engine.ts";
import type { Reply } from "./fake-transport.ts";
import { requestOf } from "./planned-rows.ts";
import {
  answer,
  badRequest,
  cut,
  noSuchModel,
  overloaded,
  serverError,
  throttled,
  unreached,
} from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** So many quick answers tell what is late. */
const QUICK = 100;
const MAX_ATTEMPTS = 2;
const COST = 1000;
/** Its cap holds for all that is billed: the most that one request can cost. */
const LANE = "grok-4.20-0309-non-reasoning";
const MOST = xai.costBound(requestOf(QUICK, { lane: LANE })).most ?? 0;

/** What may come of an attempt at a straggler. */
const replies: Record<string, Reply> = {
  answered: { end: answer("yes", MOST) },
  deaf: { isDeaf: true, end: answer("yes", MOST) },
  pricedByUsage: { end: answer() },
  failed: { end: serverError },
  cut: { end: cut },
  rejected: { end: badRequest },
  throttled: { end: throttled(1) },
  overloaded: { end: overloaded },
  unreached: { end: unreached },
  noModel: { end: noSuchModel },
  hangs: { afterMs: NEVER },
  neverWritten: { afterMs: NEVER, writtenAfterMs: NEVER },
};
/** Worked on to the end, whether or not anybody waits for the answer, at the most it can cost. */
const BILLED: readonly string[] = ["answered", "deaf", "cut", "hangs"];

const attempt = fc.record({
  kind: fc.oneof(fc.constant("answered"), fc.constantFrom(...Object.keys(replies))),
  afterMs: fc.constantFrom(1, 50, 190, 250, 300, 450, 5000),
});
const schedule = fc.record({
  /** The attempts at each straggler, in turn; afterwards they are answered. */
  stragglers: fc.array(fc.array(attempt, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
  maxConcurrent: fc.constantFrom(5, 100, 200),
  streams: fc.constantFrom(3, NEVER),
  diskMs: fc.array(fc.constantFrom(0, 1, 4, 60), { minLength: 1, maxLength: 6 }),
  abortMs: fc.constantFrom(0, 1, 500),
  order: fc.constantFrom("input" as const, "completion" as const),
  prune: fc.boolean(),
  budget: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
  givenUp: fc.option(fc.tuple(fc.nat(7), fc.constantFrom(210, 260, 400)), { nil: null, freq: 3 }),
  stop: fc.option(
    fc.tuple(fc.constantFrom("drain" as const, "abort" as const), fc.constantFrom(150, 205, 260, 700)),
    {
      nil: null,
      freq: 2,
    },
  ),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never;

async function play(plan: Schedule): Promise<{ engine: Engine; bill: { ticks: number } }> {
  let writes = 0;
  const bill = { ticks: 0 };
  const engine = await startEngine({
    hedge: true,
    rows: Array.from({ length: QUICK + plan.stragglers.length }, () => ({ lane: LANE })),
    script: ({ row, attempt: nth }) => {
      bill.ticks += COST;
      if (row < QUICK) return answer("yes", COST);
      const { kind, afterMs } = plan.stragglers[row - QUICK]?.[nth] ?? { kind: "answered", afterMs: 10 };
      bill.ticks += BILLED.includes(kind) ? MOST - COST : -COST;
      return { afterMs, ...replies[kind] };
    },
    diskMs: () => plan.diskMs[writes++ % plan.diskMs.length] ?? 0,
    maxConcurrent: plan.maxConcurrent,
    streams: plan.streams,
    abortMs: plan.abortMs,
    order: plan.order,
    prune: plan.prune,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: 30_000,
    ...(plan.budget === null ? {} : { budget: QUICK * COST + plan.budget * MOST, budgetMode: "strict" }),
    soleLane: false,
  });
  if (plan.givenUp !== null) {
    const [straggler, atMs] = plan.givenUp;
    const row = QUICK + straggler;
    if (straggler < plan.stragglers.length) engine.clock.after(atMs, () => void engine.run.giveUp(row));
  }
  if (plan.stop !== null) {
    const [how, atMs] = plan.stop;
    engine.clock.after(atMs, () => engine.run[how]("signal", "stopped"));
  }
  return { engine, bill };
}

describe("whatever comes of a straggler's two attempts", () => {
  it("its row is stored and delivered once, and everything is booked", async () => {
    let hedges = 0;
    await fc.assert(
      fc.asyncProperty(schedule, async (plan) => {
        const { engine, bill } = await play(plan);
        const { stop, cutOff } = await engine.end();
        expect(engine.faults).toEqual([]);
        const indexes = engine.indexes();
        expect(new Set(indexes).size).toBe(indexes.length);
        if (plan.order === "input") expect(indexes).toEqual([...Array(indexes.length).keys()]);
        if (stop === null) expect(indexes).toHaveLength(QUICK + plan.stragglers.length);

        // Nothing is left behind but what was cut off.
        expect([...engine.ledger.open.keys()].sort()).toEqual([...new Set(cutOff)].sort());
        expect(engine.transport.underWay).toBe(0);
        expect(engine.transport.kept).toBe(0);
        expect(engine.transport.peak).toBeLessThanOrEqual(Math.min(plan.maxConcurrent, plan.streams));
        expect(engine.run.lanes().every(({ inFlight }) => inFlight === 0)).toBe(true);

        const { records } = engine.ledger;
        const totals = await engine.ledger.totals();
        expect(totals.cost).toBe(records.reduce((sum, record) => sum + (record.cost ?? 0), 0));
        expect(totals.attempts.pending ?? 0).toBe(cutOff.length);
        if (engine.budget !== null) {
          expect(engine.budget.spent).toBeLessThanOrEqual(engine.budget.terms.limit);
          expect(bill.ticks).toBeLessThanOrEqual(engine.budget.terms.limit);
          expect(engine.budget.left).toBe(engine.budget.terms.limit - engine.budget.spent);
        }
        for (const row of plan.stragglers.keys()) {
          const own = records.filter(({ index, ending }) => index === QUICK + row && ending !== "withdrawn");
          expect(own.filter(({ counts }) => counts).length).toBeLessThanOrEqual(MAX_ATTEMPTS);
          expect(own.filter(({ isHedge }) => isHedge).length).toBeLessThanOrEqual(1);
          expect(own.filter(({ code }) => code === "timeout").length).toBeLessThanOrEqual(2);
        }
        hedges += engine.events.filter(({ type }) => type === "hedged").length;
      }),
      { numRuns: 300 },
    );
    expect(hedges).toBeGreaterThan(100);
  });
});
