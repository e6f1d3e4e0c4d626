import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { type Engine, runEngine, startEngine } from "./engine.ts";
import type { Script } from "./fake-transport.ts";
import { answer, badGateway, cut, overloaded, serverError, throttled, unreached } from "./wire-ends.ts";

const MINUTE = 60_000;

/** Everything sent before `untilMs` ends in this way. */
const wall =
  (end: WireEnd, untilMs: number, afterMs = 50): Script =>
  ({ now }) =>
    now < untilMs ? { afterMs, end } : answer();

const said = ({ events }: Engine) =>
  events.flatMap((event) => (event.type === "paused" ? [event.reason] : []));
const statuses = (engine: Engine) => [...new Set(engine.statuses())];
const inVain = (engine: Engine, untilMs: number) => engine.transport.sent.filter(({ now }) => now < untilMs);
const mostAttempts = (engine: Engine) => Math.max(...engine.delivered.map(({ attempts }) => attempts));

describe("while every request fails", () => {
  it.each([
    ["500s", serverError],
    ["502s", badGateway],
    ["cut connections", cut],
  ])("with %s the run pauses, says so, burns no row's attempts, and goes on by itself", async (_, end) => {
    const engine = await runEngine({
      rows: 2000,
      maxAttempts: 8,
      maxConcurrent: 50,
      script: wall(end, 5 * MINUTE),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    // Half of the fifty in flight and their successors, then probes whose distance doubles up to ten seconds.
    expect(inVain(engine, 5 * MINUTE).length).toBeLessThan(50 + 25 + 45);
    expect(mostAttempts(engine)).toBeLessThanOrEqual(3);
    expect(said(engine)[0]).toMatch(/^every request fails \(/);
    expect(engine.clock.now()).toBeLessThan(5 * MINUTE + 30_000);
  });

  it("with 503s no row loses an attempt at all", async () => {
    const engine = await runEngine({
      rows: 200,
      maxAttempts: 1,
      maxConcurrent: 50,
      script: wall(overloaded, 5 * MINUTE),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    expect(inVain(engine, 5 * MINUTE).length).toBeLessThan(50 + 3 * 40);
  });

  it("half a minute of 429s for all does not make the run crawl when it is over", async () => {
    const limit = { dimension: "requests", perWindow: 37, windowMs: 1000, source: "published" } as const;
    const engine = await runEngine({
      rows: 200,
      maxConcurrent: 64,
      limits: [limit],
      script: wall(throttled(), 30_000, 20),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    expect(engine.clock.now()).toBeLessThan(90_000);
  });

  it("a run with a single attempt for each row loses only those that found out", async () => {
    const engine = await runEngine({
      rows: 1000,
      maxAttempts: 1,
      maxConcurrent: 20,
      script: wall(serverError, MINUTE),
    });
    const failed = engine.statuses().filter((status) => status === "failed");
    expect(failed.length).toBeLessThan(20 + 10 + 15);
    expect(engine.statuses().filter((status) => status === "answered")).toHaveLength(1000 - failed.length);
  });

  it("a run with few rows lets whoever failed least often try", async () => {
    const engine = await runEngine({
      rows: 40,
      maxAttempts: 8,
      maxConcurrent: 4,
      script: wall(serverError, 5 * MINUTE),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    expect(mostAttempts(engine)).toBeLessThanOrEqual(6);
  });

  it.each([
    ["failed every request", serverError],
    ["was overloaded", overloaded],
  ])(
    "the run stops when the provider %s for ten minutes, and nearly every row is still to be done",
    async (words, end) => {
      const engine = await runEngine({
        rows: 500,
        maxAttempts: 8,
        script: wall(end, Number.POSITIVE_INFINITY),
      });
      expect(engine.result.stop).toMatchObject({ reason: "account" });
      expect(engine.result.stop?.message).toContain(words);
      expect(engine.clock.now()).toBeGreaterThan(10 * MINUTE);
      expect(engine.clock.now()).toBeLessThan(11 * MINUTE);
      expect((await engine.ledger.totals()).todo).toBe(500);
      expect(engine.ledger.open.size).toBe(0);
    },
  );

  it("a model whose requests are slow is not held to one at a time once the failures are over", async () => {
    const engine = await runEngine({
      rows: 60,
      maxAttempts: 8,
      maxConcurrent: 20,
      script: ({ now }) => (now < 10_000 ? { afterMs: 50, end: serverError } : { afterMs: 5 * MINUTE }),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    expect(engine.clock.now()).toBeLessThan(4 * 5 * MINUTE);
  });

  it("another model's rows go on", async () => {
    const rows = Array.from({ length: 300 }, (_, row) => ({ lane: row % 2 === 0 ? "good" : "broken" }));
    const engine = await startEngine({
      rows,
      maxAttempts: 8,
      maxConcurrent: 20,
      script: ({ row, now }) =>
        row % 2 === 1 && now < 5 * MINUTE ? { afterMs: 50, end: serverError } : answer(),
    });
    await engine.pass(15_000);
    expect(engine.transport.sent.filter(({ row }) => row % 2 === 0)).toHaveLength(150);
    await engine.end();
    expect(statuses(engine)).toEqual(["answered"]);
    expect(mostAttempts(engine)).toBeLessThanOrEqual(4);
  });

  it("rows that met a short outage do not lose their attempts to the long one after it", async () => {
    const engine = await runEngine({
      rows: 200,
      maxAttempts: 8,
      maxConcurrent: 33,
      script: ({ now }) =>
        now < 100 || (now >= 302 && now < 38_018)
          ? { afterMs: 1, end: badGateway }
          : { afterMs: 10, end: answer() },
    });
    expect(statuses(engine)).toEqual(["answered"]);
  });

  it("Ctrl-C ends the run at once", async () => {
    const engine = await startEngine({ rows: 50, script: wall(serverError, Number.POSITIVE_INFINITY) });
    await engine.pass(30_000);
    const asked = engine.clock.now();
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
    expect(engine.clock.now() - asked).toBeLessThan(100);
  });

  const outage = fc.record({
    end: fc.constantFrom(serverError, badGateway, cut, overloaded, unreached),
    fromMs: fc.integer({ min: 0, max: 20_000 }),
    lastsMs: fc.integer({ min: 100, max: 6 * MINUTE }),
    afterMs: fc.constantFrom(1, 50, 900, 5000),
  });
  type Outage = typeof outage extends fc.Arbitrary<infer Value> ? Value : never;

  async function through(outages: readonly Outage[], maxConcurrent: number, latencyMs: number) {
    const present = (now: number) =>
      outages.find(({ fromMs, lastsMs }) => now >= fromMs && now < fromMs + lastsMs);
    const engine = await runEngine({
      rows: 200,
      maxAttempts: 8,
      maxConcurrent,
      script: ({ now }) => present(now) ?? { afterMs: latencyMs, end: answer() },
    });
    const overAt = Math.max(...outages.map(({ fromMs, lastsMs }) => fromMs + lastsMs));
    const workMs = (200 / maxConcurrent + 10) * latencyMs;
    expect(engine.faults).toEqual([]);
    expect(engine.result.stop).toBeNull();
    expect(engine.clock.now()).toBeLessThan(overAt + 2 * workMs + 60_000);
    return engine;
  }

  it("whatever the outage, hardly a row is lost to it, and it is over soon after it is over", async () => {
    await fc.assert(
      fc.asyncProperty(
        outage,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(10, 300, 4000),
        async (one, maxConcurrent, latencyMs) => {
          const engine = await through([one], maxConcurrent, latencyMs);
          const left = engine.transport.sent.filter(({ now, row }) => now >= one.fromMs && row >= 0);
          // Where a handful of rows was left they had to try for all the others.
          if (new Set(left.map(({ row }) => row)).size >= 10) expect(statuses(engine)).toEqual(["answered"]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("several outages, one into the other, are got through as well", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(outage, { minLength: 2, maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(10, 300, 4000),
        async (outages, maxConcurrent, latencyMs) => {
          const engine = await through(outages, maxConcurrent, latencyMs);
          expect(engine.statuses().filter((status) => status === "answered").length).toBeGreaterThan(180);
        },
      ),
      { numRuns: 60 },
    );
  });
});
