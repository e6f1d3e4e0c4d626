import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/model/events.ts";
import { type Engine, runEngine, startEngine } from "./engine.ts";
import type { Script } from "./fake-transport.ts";
import type { PlannedRow } from "./planned-rows.ts";
import { answer, dailyLimit, throttled } from "./wire-ends.ts";

const HOUR = 3_600_000;
type Paused = Extract<RunEvent, { type: "paused" }>;

const paused = ({ events }: Engine) =>
  events.flatMap((event): Paused[] => (event.type === "paused" ? [event] : []));
const statuses = (engine: Engine) => [...new Set(engine.statuses())];

/** The day's requests are used up after so many; the next day begins at `openAt`. */
const daily =
  (requests: number, openAt: number): Script =>
  ({ number, now }) =>
    number < requests || now >= openAt ? answer() : { afterMs: 20, end: dailyLimit((openAt - now) / 1000) };

describe("a lane that is asked to wait for long", () => {
  it("is parked, says why and until when, and goes on at that time with no attempt lost", async () => {
    const engine = await runEngine({
      rows: 200,
      maxAttempts: 1,
      maxConcurrent: 10,
      script: daily(100, 5 * HOUR),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    const [said, ...more] = paused(engine);
    expect(more).toEqual([]);
    expect(said).toMatchObject({ lane: "grok-4.3", parked: true, repeated: false });
    expect(said?.reason).toBe("the daily limit is used up");
    const openAt = engine.clock.wall() - engine.clock.now() + 5 * HOUR;
    expect(said?.untilWall).toBeGreaterThanOrEqual(openAt);
    // A little later than asked, so that not everybody comes at once: 3 % at most.
    expect(said?.untilWall).toBeLessThan(openAt + 0.031 * 5 * HOUR);
    const resumed = engine.transport.sent.find(({ now }) => now >= 5 * HOUR)?.now ?? 0;
    expect(resumed + engine.clock.wall() - engine.clock.now()).toBeCloseTo(said?.untilWall ?? 0, -3);
  });

  it("holds no intents meanwhile, wakes nobody, and lets connections go", async () => {
    const engine = await startEngine({ rows: 200, maxConcurrent: 10, script: daily(50, 5 * HOUR) });
    await engine.pass(60_000);
    expect(engine.ledger.open.size).toBe(0);
    expect(engine.transport.underWay).toBe(0);
    expect(engine.transport.rests).toBeGreaterThan(0);
    expect(engine.run.lanes()).toMatchObject([{ binding: "provider", inFlight: 0 }]);
    // One timer for the whole run.
    expect(engine.clock.waiting()).toBe(1);
    await engine.end();
    expect(statuses(engine)).toEqual(["answered"]);
    expect(engine.faults).toEqual([]);
  });

  it.each(["drain", "abort"] as const)("ends at once on %s", async (how) => {
    const engine = await startEngine({ rows: 200, maxConcurrent: 10, script: daily(50, 24 * 20 * HOUR) });
    await engine.pass(60_000);
    engine.run[how]("signal", "Ctrl-C");
    await engine.end();
    expect(engine.clock.now()).toBe(60_000);
    expect(engine.ledger.open.size).toBe(0);
    expect((await engine.ledger.totals()).todo).toBe(150);
  });

  it("waits with rows whose intents were on their way to the disk when it was parked", async () => {
    const engine = await startEngine({
      rows: 300,
      maxConcurrent: 20,
      diskMs: () => 300,
      script: daily(50, 5 * HOUR),
    });
    await engine.pass(60_000);
    expect(engine.ledger.open.size).toBe(0);
    await engine.end();
    expect(statuses(engine)).toEqual(["answered"]);
    expect(engine.transport.sent.filter(({ now }) => now < HOUR).length).toBeLessThanOrEqual(50 + 20);
    expect(engine.faults).toEqual([]);
  });

  it("leaves the connections to the others, which go on", async () => {
    const rows = Array.from({ length: 400 }, (_, row) => ({ lane: row < 200 ? "used up" : "open" }));
    const engine = await startEngine({
      rows,
      maxConcurrent: 10,
      script: ({ row, now }) =>
        row < 200 && now < 5 * HOUR ? { afterMs: 20, end: dailyLimit((5 * HOUR - now) / 1000) } : answer(),
    });
    await engine.pass(1000);
    expect(engine.transport.rests).toBe(0);
    await engine.pass(10_000);
    expect(engine.transport.sent.filter(({ row }) => row >= 200)).toHaveLength(200);
    expect(engine.transport.rests).toBeGreaterThan(0);
    await engine.end();
    expect(statuses(engine)).toEqual(["answered"]);
  });

  it("is told of again when the time it was given turns out too short", async () => {
    const engine = await runEngine({
      rows: 10,
      maxConcurrent: 1,
      script: ({ now }) => (now < 3 * HOUR ? { afterMs: 20, end: dailyLimit(3600) } : answer()),
    });
    expect(paused(engine).length).toBeGreaterThanOrEqual(3);
    expect(paused(engine).every(({ parked, repeated }) => parked && !repeated)).toBe(true);
  });
});

describe("a wait of seconds", () => {
  it("parks nothing, and is repeated quietly while nothing is answered in between", async () => {
    const engine = await runEngine({
      rows: 5,
      maxConcurrent: 1,
      script: ({ now }) => (now < 100_000 ? throttled(20) : answer()),
    });
    expect(paused(engine).map(({ repeated }) => repeated)).toEqual([false, true, true, true, true]);
    expect(paused(engine).some(({ parked }) => parked)).toBe(false);
    expect(paused(engine)[0]?.reason).toBe("the provider asks to wait");
    expect(engine.transport.rests).toBe(0);
  });

  it("too short to notice is not said", async () => {
    const engine = await runEngine({
      rows: 5,
      maxConcurrent: 1,
      script: ({ now }) => (now < 3000 ? throttled(1) : answer()),
    });
    expect(paused(engine)).toEqual([]);
  });
});

describe("rows of many models in any order", () => {
  const lanes = ["used up", "slow", "open"];
  const plan = fc.record({
    rows: fc.array(fc.constantFrom(...lanes), { minLength: 1, maxLength: 60, size: "max" }),
    arriving: fc.boolean(),
    openAt: fc.constantFrom(HOUR, 20 * HOUR),
    maxConcurrent: fc.integer({ min: 1, max: 10 }),
    drainAt: fc.option(fc.constantFrom(50, 2000, 10 * 60_000), { nil: null }),
  });

  it("all get their answers: those of an open model soon, those of a parked one at its time", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ rows, arriving, openAt, maxConcurrent, drainAt }) => {
        const laneOf = (row: number) => rows[row] ?? "";
        const planned: PlannedRow[] = rows.map((lane) => ({ lane }));
        const engine = await startEngine({
          rows: planned,
          ...(arriving
            ? {
                arrivals: async function* (enter) {
                  for (const row of planned) yield [enter(row)];
                },
              }
            : {}),
          maxConcurrent,
          maxAttempts: 1,
          soleLane: false,
          script: ({ row, now }) => {
            if (laneOf(row) === "slow") return { afterMs: 5000 };
            if (laneOf(row) === "open" || now >= openAt) return answer();
            return { afterMs: 20, end: dailyLimit((openAt - now) / 1000) };
          },
        });
        if (drainAt !== null) engine.clock.after(drainAt, () => engine.run.drain("signal", "Ctrl-C"));
        await engine.end();
        expect(engine.faults).toEqual([]);
        expect(engine.ledger.open.size).toBe(0);
        if (drainAt !== null) {
          expect(engine.clock.now()).toBeLessThanOrEqual(drainAt + 5000);
          return;
        }
        expect(statuses(engine)).toEqual(["answered"]);
        const lastOpen =
          engine.transport.sent.filter(({ row }) => laneOf(row) !== "used up").at(-1)?.now ?? 0;
        expect(lastOpen).toBeLessThan(10 * 60_000);
      }),
      { numRuns: 100 },
    );
  });
});
