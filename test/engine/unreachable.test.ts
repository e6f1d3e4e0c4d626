import { describe, expect, it } from "vitest";
import { runEngine, startEngine } from "./engine.ts";
import { answer, unreached } from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;

describe("while the provider cannot be reached", () => {
  const downUntil =
    (ms: number) =>
    ({ now }: { now: number }) =>
      now < ms ? { afterMs: 5, end: unreached } : answer();

  it("the run pauses as a whole, costs no row an attempt, and goes on by itself", async () => {
    const engine = await runEngine({
      rows: 200,
      maxAttempts: 1,
      maxConcurrent: 50,
      script: downUntil(30_000),
    });
    expect(new Set(engine.statuses())).toEqual(new Set(["answered"]));
    const inVain = engine.transport.sent.filter(({ now }) => now < 30_000);
    // The first fifty, then probes whose distance doubles up to ten seconds.
    expect(inVain.length).toBeLessThan(50 + 15);
    expect(engine.clock.now()).toBeLessThan(60_000);
    expect(engine.events.some((event) => event.type === "paused" && /cannot reach/.test(event.reason))).toBe(
      true,
    );
  });

  it("the run stops after ten minutes, and every row is still to be done", async () => {
    const engine = await runEngine({ rows: 20, script: () => ({ afterMs: 5, end: unreached }) });
    expect(engine.result.stop).toMatchObject({ reason: "account" });
    expect(engine.clock.now()).toBeGreaterThan(600_000);
    expect(engine.clock.now()).toBeLessThan(650_000);
    expect((await engine.ledger.totals()).todo).toBe(20);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("a probe that is written opens the run again: nobody waits for its answer", async () => {
    const engine = await runEngine({
      rows: 30,
      maxConcurrent: 10,
      script: ({ now }) => (now < 100 ? { afterMs: 5, end: unreached } : { afterMs: 60_000 }),
    });
    const first = engine.transport.sent.filter(({ now }) => now >= 100).map(({ now }) => now);
    expect((first[9] ?? 0) - (first[0] ?? 0)).toBeLessThan(2000);
    expect(engine.clock.now()).toBeLessThan(3 * 60_000 + 10_000);
  });

  it("a probe that hangs unwritten holds the others back until it is given up", async () => {
    let hung = false;
    const engine = await runEngine({
      rows: 10,
      timeoutMs: 20_000,
      maxConcurrent: 5,
      script: ({ now }) => {
        if (now < 100) return { afterMs: 5, end: unreached };
        if (hung) return answer();
        hung = true;
        return { afterMs: NEVER, writtenAfterMs: NEVER };
      },
    });
    const [probe, next] = engine.transport.sent.filter(({ now }) => now >= 100);
    expect((next?.now ?? 0) - (probe?.now ?? 0)).toBeGreaterThanOrEqual(20_000);
    expect(new Set(engine.statuses())).toEqual(new Set(["answered"]));
  });

  it("it is said once, not once for each of many models, and again when it happens again", async () => {
    const engine = await runEngine({
      rows: Array.from({ length: 40 }, (_, row) => ({ lane: `model ${row % 10}` })),
      script: ({ now }) =>
        now < 60_000 || (now > 65_000 && now < 120_000) ? { afterMs: 5, end: unreached } : { afterMs: 9000 },
    });
    const said = engine.events.filter((event) => event.type === "paused" && !event.repeated);
    expect(said.length).toBeGreaterThanOrEqual(1);
    expect(said.length).toBeLessThanOrEqual(2);
    expect(engine.events.filter((event) => event.type === "paused").length).toBeGreaterThan(20);
  });

  it("a drain ends the run although rows wait to go again", async () => {
    const engine = await startEngine({ rows: 20, script: () => ({ afterMs: 5, end: unreached }) });
    await engine.pass(5000);
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
    expect(engine.clock.now()).toBeLessThan(6000);
    expect(engine.ledger.open.size).toBe(0);
  });
});
