import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VirtualClock } from "../support/virtual-clock.ts";
import { type Engine, startEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { Reply, Script } from "./fake-transport.ts";
import type { PlannedRow } from "./planned-rows.ts";
import {
  answer,
  badRequest,
  cut,
  dailyLimit,
  noSuchModel,
  overloaded,
  serverError,
  throttled,
  unreached,
} from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;
const MAX_ATTEMPTS = 3;
const LANES = ["grok-4.3", "grok-4.20", "grok-9"];

/** What may come of a request. The last model is one the provider may not have. */
const replies: Record<string, (lane: string, spiceMs: number) => Reply> = {
  answered: () => ({ end: answer("yes", 1000) }),
  fast: () => ({ afterMs: 0, end: answer("yes", 10) }),
  slow: (_, spiceMs) => ({ afterMs: 20_000 + spiceMs, end: answer("yes", 1000) }),
  failed: () => ({ end: serverError }),
  cut: () => ({ end: cut }),
  rejected: () => ({ end: badRequest }),
  throttled: () => ({ afterMs: 5, end: throttled(1) }),
  throttledSilently: () => ({ afterMs: 5, end: throttled() }),
  dailyLimit: () => ({ afterMs: 5, end: dailyLimit(600) }),
  overloaded: () => ({ afterMs: 5, end: overloaded }),
  unreached: () => ({ afterMs: 5, end: unreached }),
  hangs: () => ({ afterMs: NEVER }),
  neverWritten: () => ({ afterMs: NEVER, writtenAfterMs: NEVER }),
  deaf: () => ({ afterMs: 90_000, isDeaf: true, end: answer("yes", 1000) }),
  closed: (lane) => ({ end: lane === "grok-9" ? noSuchModel : serverError }),
};
const kinds = Object.keys(replies);

const schedule = fc.record({
  rows: fc.array(
    fc.record({
      lane: fc.constantFrom(...LANES),
      kind: fc.oneof(
        { weight: 12, arbitrary: fc.constant("request" as const) },
        { weight: 1, arbitrary: fc.constantFrom("blank" as const, "invalid" as const) },
      ),
    }),
    { maxLength: 50, size: "max" },
  ),
  /** What comes of each send, in turn; afterwards everything is answered. */
  fates: fc.array(
    fc.record({
      kind: fc.oneof(
        { weight: 2, arbitrary: fc.constant("answered") },
        { weight: 5, arbitrary: fc.constantFrom(...kinds) },
      ),
      afterMs: fc.constantFrom(1, 3, 10, 50, 200, 1000),
    }),
    { maxLength: 120, size: "max" },
  ),
  maxConcurrent: fc.integer({ min: 1, max: 20 }),
  streams: fc.integer({ min: 1, max: 12 }),
  diskMs: fc.array(fc.constantFrom(0, 0, 1, 4, 30), { minLength: 1, maxLength: 10 }),
  sinkMs: fc.array(fc.constantFrom(0, 0, 5, 100, 3000), { minLength: 1, maxLength: 10 }),
  abortMs: fc.constantFrom(0, 1, 500),
  order: fc.constantFrom("input" as const, "completion" as const),
  arriving: fc.boolean(),
  batches: fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom(0, 0, 20, 700)), {
    minLength: 1,
    maxLength: 8,
  }),
  limit: fc.option(fc.integer({ min: 0, max: 40 }), { nil: NEVER, freq: 4 }),
  budget: fc.option(fc.integer({ min: 1, max: 12 }), { nil: null, freq: 4 }),
  stop: fc.option(
    fc.record({
      how: fc.constantFrom("drain" as const, "abort" as const, "both" as const),
      atMs: fc.constantFrom(0, 1, 4, 10, 33, 100, 400, 3000, 30_000),
    }),
    { nil: null, freq: 2 },
  ),
  givenUp: fc.array(fc.tuple(fc.integer({ min: 0, max: 49 }), fc.constantFrom(1, 30, 300)), { maxLength: 3 }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never;

/** A worst case of one request in ticks, roughly: the budgets are so many of it. */
const ONE_REQUEST = 3_000_000;

function optionsOf(plan: Schedule): EngineOptions {
  const inTurn = <Item>(items: readonly Item[]) => {
    let next = 0;
    return () => items[next++ % items.length] as Item;
  };
  const fate = inTurn([...plan.fates, { kind: "answered", afterMs: 10 }]);
  let left = plan.fates.length;
  const script: Script = ({ row }) => {
    const { kind, afterMs } = left-- > 0 ? fate() : { kind: "answered", afterMs: 10 };
    return { afterMs, ...replies[kind]?.(plan.rows[row]?.lane ?? "", afterMs) };
  };
  const sinkMs = inTurn(plan.sinkMs);
  return {
    rows: plan.rows,
    ...(plan.arriving ? { arrivals: arrivalsOf(plan.rows, plan.batches) } : {}),
    script,
    maxConcurrent: plan.maxConcurrent,
    streams: plan.streams,
    diskMs: inTurn(plan.diskMs),
    sink: async (_, clock) => {
      const ms = sinkMs();
      if (ms > 0) await after(clock, ms);
    },
    abortMs: plan.abortMs,
    order: plan.order,
    limit: plan.limit,
    maxAttempts: MAX_ATTEMPTS,
    timeoutMs: 60_000,
    ...(plan.budget === null ? {} : { budget: plan.budget * ONE_REQUEST }),
    soleLane: false,
  };
}

function arrivalsOf(
  rows: readonly PlannedRow[],
  batches: readonly (readonly [number, number])[],
): NonNullable<EngineOptions["arrivals"]> {
  return async function* (enter, clock) {
    for (let start = 0, turn = 0; start < rows.length; turn += 1) {
      const [size, ms] = batches[turn % batches.length] ?? [1, 0];
      if (ms > 0) await after(clock, ms);
      yield rows.slice(start, start + size).map(enter);
      start += size;
    }
  };
}

function after(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

async function play(plan: Schedule): Promise<Engine> {
  const engine = await startEngine(optionsOf(plan));
  for (const [row, atMs] of plan.givenUp) {
    // Whoever gives up a row knows that it arrived.
    if (row < plan.rows.length) engine.clock.after(atMs, () => void engine.run.giveUp(row));
  }
  if (plan.stop !== null) {
    const { how, atMs } = plan.stop;
    if (how !== "abort") engine.clock.after(atMs, () => engine.run.drain("signal", "drained"));
    const abortAt = how === "both" ? atMs + 50 : atMs;
    if (how !== "drain") engine.clock.after(abortAt, () => engine.run.abort("signal", "aborted"));
  }
  return engine;
}

describe("whatever comes of its requests", () => {
  it("a run ends, and has sent, stored and delivered every row as it should", async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (plan) => {
        const engine = await play(plan);
        const { stop, cutOff } = await engine.end();
        expect(engine.faults).toEqual([]);

        // Delivered once and in order; all of them where nothing stopped the run.
        const indexes = engine.indexes();
        expect(new Set(indexes).size).toBe(indexes.length);
        if (plan.order === "input") expect(indexes).toEqual([...Array(indexes.length).keys()]);
        const totals = await engine.ledger.totals();
        const settled = (await engine.ledger.info()).rows - totals.todo - (await openAgain(engine));
        const blank = plan.order === "completion" ? totals.blank : 0;
        if (stop === null && plan.limit === NEVER) {
          expect(indexes).toHaveLength(plan.rows.length - blank);
          expect(totals.todo).toBe(0);
        }
        if (plan.order === "completion") expect(indexes).toHaveLength(settled - blank);

        // Nothing is left behind but what was cut off.
        expect([...engine.ledger.open.keys()].sort()).toEqual([...cutOff].sort());
        expect(engine.transport.underWay).toBe(0);
        expect(engine.transport.kept).toBe(0);
        expect(engine.transport.peak).toBeLessThanOrEqual(Math.min(plan.maxConcurrent, plan.streams));
        expect(engine.run.lanes().every(({ inFlight }) => inFlight === 0)).toBe(true);

        // Attempts and money add up.
        expect(new Set(engine.sentRows()).size).toBeLessThanOrEqual(plan.limit);
        const { records } = engine.ledger;
        for (const row of plan.rows.keys()) {
          const counted = records.filter(({ index, counts }) => index === row && counts).length;
          expect(counted).toBeLessThanOrEqual(MAX_ATTEMPTS);
        }
        const cost = records.reduce((sum, record) => sum + (record.cost ?? 0), 0);
        expect(totals.cost).toBe(cost);
        const answers = engine.delivered.filter(({ status }) => status === "answered");
        if (plan.order === "completion")
          expect(answers.reduce((sum, row) => sum + (row.cost ?? 0), 0)).toBe(cost);
        if (engine.budget !== null && plan.budget !== null) {
          const limit = plan.budget * ONE_REQUEST;
          expect(engine.budget.spent).toBeLessThanOrEqual(limit);
          expect(engine.budget.left).toBe(limit - engine.budget.spent);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Rows that a run opened and did not settle, which count by their earlier standing. */
async function openAgain(engine: Engine): Promise<number> {
  const { unknown } = await engine.ledger.info();
  return unknown.rows;
}
