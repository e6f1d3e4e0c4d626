import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/model/events.ts";
import { xai } from "../../src/provider/xai.ts";
import { runEngine, startEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { Reply, Script } from "./fake-transport.ts";
import { requestOf } from "./planned-rows.ts";
import { answer, badRequest, serverError, throttled } from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** So many quick answers tell what is late: those of 100 ms each, so twice that. */
const QUICK = 100;
const LATE_MS = 200;
const STRAGGLER = QUICK;
/** Its cap holds for all that is billed. */
const CAPPED = "grok-4.20-0309-non-reasoning";

/** A hundred quick answers, then one row whose attempts come to this. */
function withStraggler(attempts: readonly Reply[], more: Partial<EngineOptions> = {}): EngineOptions {
  const script: Script = ({ row, attempt }) =>
    row < STRAGGLER ? answer("yes", 1000) : (attempts[attempt] ?? { end: answer("late", 1000) });
  return { hedge: true, rows: QUICK + 1, maxConcurrent: 2 * QUICK, script, ...more };
}

const slow: Reply = { afterMs: 60_000, end: answer("the first", 3000) };
const prompt: Reply = { end: answer("the second", 2000) };

describe("a straggler", () => {
  it("gets a second copy, whose answer is its own; the first is given up, its money at risk", async () => {
    const engine = await runEngine(withStraggler([slow, prompt]));
    expect(engine.faults).toEqual([]);
    expect(engine.delivered).toHaveLength(QUICK + 1);
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 2000, attempts: 1 });
    expect(engine.clock.now()).toBe(LATE_MS + 100);
    const records = engine.ledger.records.filter(({ index }) => index === STRAGGLER);
    expect(records).toMatchObject([
      { ending: "answered", counts: true, isHedge: true },
      { ending: "ambiguous", code: "outrun", counts: false, isHedge: false, outcome: null },
    ]);
    expect(records[1]?.atRisk).toBeGreaterThan(0);
    expect(await engine.ledger.totals()).toMatchObject({ atRisk: records[1]?.atRisk, cost: 102_000 });
    expect(racesOf(engine.events)).toEqual([
      { isHedge: true, row: "won" },
      { isHedge: false, row: "lost" },
    ]);
  });

  it("that answers after all gives its second copy up", async () => {
    const engine = await runEngine(withStraggler([{ ...slow, afterMs: LATE_MS + 50 }, slow]));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 3000, attempts: 1 });
    expect(engine.clock.now()).toBe(LATE_MS + 50);
    expect(racesOf(engine.events)).toEqual([
      { isHedge: false, row: "won" },
      { isHedge: true, row: "lost" },
    ]);
  });

  it("whose attempts are both answered is delivered once, and both are paid", async () => {
    const first = { ...slow, afterMs: LATE_MS + 150, isDeaf: true };
    const engine = await runEngine(withStraggler([first, { ...prompt, isDeaf: true }]));
    expect(engine.delivered).toHaveLength(QUICK + 1);
    expect(engine.delivered[STRAGGLER]).toMatchObject({ cost: 2000 });
    expect(await engine.ledger.totals()).toMatchObject({ answered: QUICK + 1, cost: 105_000, atRisk: 0 });
    expect(engine.transport.kept).toBe(0);
  });

  it("goes on by the attempt that is left where the other fails, and counts one attempt", async () => {
    const first = { afterMs: LATE_MS + 50, end: serverError };
    const engine = await runEngine(withStraggler([first, prompt], { maxAttempts: 1 }));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 2000, attempts: 1 });
    expect(engine.transport.sent).toHaveLength(QUICK + 2);
  });

  it("whose attempts both fail goes again as after one, with no further copy", async () => {
    const first = { afterMs: LATE_MS + 50, end: serverError };
    const engine = await runEngine(withStraggler([first, { end: serverError }, slow], { maxAttempts: 2 }));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 3000, attempts: 2 });
    expect(engine.transport.sent).toHaveLength(QUICK + 3);
  });

  it("is held where one of its attempts ran out of time, however the other ends", async () => {
    const options = { timeoutMs: 1000, maxAttempts: 5 };
    const second = { afterMs: 950, end: serverError };
    const engine = await runEngine(withStraggler([{ afterMs: NEVER }, second], options));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "unknown", error: { code: "timeout" } });
    expect(engine.transport.sent).toHaveLength(QUICK + 2);
    expect(engine.events.filter((event) => event.type === "ended" && event.isHeld)).toHaveLength(1);
    const again = await startEngine({ ledger: engine.ledger, rows: QUICK + 1 });
    await again.end();
    expect(again.transport.sent).toEqual([]);
  });

  it("is rejected only by the last of its attempts", async () => {
    const engine = await runEngine(withStraggler([slow, { end: badRequest }]));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 3000 });
    const both = { afterMs: LATE_MS + 50, end: badRequest };
    const rejected = await runEngine(withStraggler([both, { end: badRequest }]));
    expect(rejected.delivered[STRAGGLER]).toMatchObject({ status: "rejected", attempts: 1 });
  });

  it("keeps its first attempt where the second is turned away", async () => {
    const engine = await runEngine(withStraggler([slow, { end: throttled(1) }]));
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "answered", cost: 3000 });
    expect(engine.transport.sent).toHaveLength(QUICK + 2);
  });

  it("that nobody waits for any more is given up with both attempts", async () => {
    const engine = await startEngine(withStraggler([slow, slow]));
    await engine.pass(LATE_MS + 50);
    expect(engine.run.giveUp(STRAGGLER)).toEqual({ attempts: 1, mayBeBilled: true });
    await engine.end();
    expect(engine.delivered[STRAGGLER]).toMatchObject({ status: "unknown", error: { code: "given-up" } });
    expect(engine.transport.underWay).toBe(0);
  });

  it("has two intents without an outcome when the run is cut off", async () => {
    const engine = await startEngine(withStraggler([slow, slow]));
    await engine.pass(LATE_MS + 50);
    engine.run.abort("signal", "killed");
    const { cutOff } = await engine.end();
    expect(new Set(cutOff)).toEqual(new Set([STRAGGLER]));
    expect(engine.ledger.open).toEqual(new Map([[STRAGGLER, 2]]));
    await engine.ledger.close();
    expect((await engine.ledger.info()).unknown.rows).toBe(1);
    const again = await startEngine({ ledger: engine.ledger, rows: QUICK + 1 });
    await again.end();
    expect(again.sentRows()).toEqual([STRAGGLER]);
  });
});

describe("no second copy is sent", () => {
  it.each<[string, EngineOptions]>([
    ["unless it is asked for", withStraggler([slow], { hedge: false })],
    [
      "before a hundred answers told what is late",
      withStraggler([slow], { rows: QUICK, script: ({ row }) => (row === 0 ? slow : answer()) }),
    ],
    [
      "of an answer that has begun to come",
      withStraggler([{ ...slow, headAfterMs: 10, chunksAfterMs: [50] }]),
    ],
    ["where no connection is free", withStraggler([slow], { streams: 1 })],
    ["where another would be one too many in flight", withStraggler([slow], { maxConcurrent: 1 })],
    [
      "while the limit of the minute is used up",
      withStraggler([slow], {
        limits: [{ dimension: "requests", perWindow: QUICK + 1, windowMs: 600_000, source: "flag" }],
      }),
    ],
    [
      "of a row that ends while the intent is on its way",
      withStraggler([{ ...slow, afterMs: LATE_MS + 5 }], { diskMs: () => 50 }),
    ],
  ])("%s", async (_, options) => {
    const engine = await runEngine(options);
    expect(engine.statuses().every((status) => status === "answered")).toBe(true);
    expect(engine.transport.sent).toHaveLength(engine.delivered.length);
    expect(engine.ledger.open.size).toBe(0);
    expect((await engine.ledger.totals()).atRisk).toBe(0);
  });

  it("while another row waits to be sent", async () => {
    const script: Script = ({ row }) => ({ afterMs: row === 0 ? 60_000 : 100, end: answer("yes", 1) });
    const engine = await startEngine({ hedge: true, rows: 400, maxConcurrent: 4, script });
    await engine.pass(10_000);
    expect(new Set(engine.sentRows()).size).toBe(engine.transport.sent.length);
    await engine.pass(10_000);
    expect(engine.sentRows().filter((row) => row === 0)).toHaveLength(2);
    await engine.end();
  });

  it("where the budget has no room for both", async () => {
    const most = xai.costBound(requestOf(STRAGGLER, { lane: CAPPED })).most ?? 0;
    const rows = Array.from({ length: QUICK + 1 }, () => ({ lane: CAPPED }));
    for (const [room, sent] of [
      [1.5, QUICK + 1],
      [2.5, QUICK + 2],
    ] as const) {
      const budget = QUICK * 1000 + room * most;
      const engine = await runEngine(withStraggler([slow], { rows, budget, budgetMode: "strict" }));
      expect(engine.transport.sent).toHaveLength(sent);
      expect(engine.statuses().every((status) => status === "answered")).toBe(true);
    }
  });

  it("while a row of another model waits for the budget", async () => {
    const mostOf = (lane: string) => xai.costBound(requestOf(STRAGGLER, { lane })).most ?? 0;
    const rows = [...Array.from({ length: QUICK + 1 }, () => ({ lane: CAPPED })), { lane: "grok-4.3" }];
    const budget = QUICK * 1000 + mostOf("grok-4.3") + 0.5 * mostOf(CAPPED);
    const engine = await runEngine(withStraggler([slow], { rows, budget, budgetMode: "strict" }));
    expect(engine.delivered).toHaveLength(rows.length);
    expect(engine.sentRows().filter((row) => row >= STRAGGLER)).toEqual([STRAGGLER, STRAGGLER + 1]);
  });

  it("by a run that is to stop, or to wait", async () => {
    for (const stop of [(run: Halting) => run.drain("signal", "enough"), (run: Halting) => run.halt(true)]) {
      const engine = await startEngine(withStraggler([{ ...slow, afterMs: 1000 }]));
      await engine.pass(150);
      stop(engine.run);
      await engine.end();
      expect(engine.transport.sent).toHaveLength(QUICK + 1);
    }
  });

  it("of more than a twentieth of the rows, where the provider becomes slow as a whole", async () => {
    const script: Script = ({ row }) => ({ afterMs: row < QUICK ? 100 : 60_000, end: answer("yes", 1000) });
    const engine = await startEngine({ hedge: true, rows: QUICK + 100, maxConcurrent: 1000, script });
    await engine.pass(30_000);
    expect(engine.transport.sent).toHaveLength(QUICK + 100 + 6);
    expect(engine.faults).toEqual([]);
  });
});

type Halting = Pick<Awaited<ReturnType<typeof startEngine>>["run"], "drain" | "halt">;

function racesOf(events: readonly RunEvent[]) {
  return events.flatMap((event) => (event.type === "ended" && event.race !== undefined ? [event.race] : []));
}
