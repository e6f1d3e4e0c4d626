import { describe, expect, it } from "vitest";
import { startEngine } from "./engine.ts";
import { answer, badGateway, serverError } from "./wire-ends.ts";

const NEVER = Number.POSITIVE_INFINITY;

describe("a row that nobody waits for any more", () => {
  it("is not sent when it was not sent yet", async () => {
    const engine = await startEngine({ rows: 6, maxConcurrent: 1, diskMs: () => 5 });
    await engine.pass(50);
    expect(engine.run.giveUp(2)).toBeNull();
    await engine.end();
    expect(engine.sentRows()).toEqual([0, 1, 3, 4, 5]);
    expect(engine.statuses()).toEqual(["answered", "answered", "unsent", "answered", "answered", "answered"]);
    expect(engine.delivered[2]?.error?.code).toBe("cancelled");
    expect(engine.ledger.open.size).toBe(0);
  });

  it("is unknown when it was sent: it may be billed, and is not sent again", async () => {
    const engine = await startEngine({ rows: 2, script: () => ({ afterMs: 60_000 }) });
    await engine.pass(50);
    expect(engine.run.giveUp(1)).toEqual({ attempts: 1, mayBeBilled: true });
    await engine.end();
    expect(engine.statuses()).toEqual(["answered", "unknown"]);
    expect(engine.delivered[1]?.error?.code).toBe("given-up");
    expect(engine.sentRows()).toEqual([0, 1]);
    expect((await engine.ledger.totals()).atRisk).toBeGreaterThan(0);
  });

  it("is unsent when its request was never written, and no sign of an outage", async () => {
    const engine = await startEngine({
      rows: 10,
      script: ({ row }) => (row < 5 ? { afterMs: NEVER, writtenAfterMs: NEVER } : { afterMs: 1000 }),
    });
    await engine.pass(100);
    for (const row of [0, 1, 2, 3, 4]) expect(engine.run.giveUp(row)).toBeNull();
    await engine.end();
    expect(engine.statuses()).toEqual([...Array(5).fill("unsent"), ...Array(5).fill("answered")]);
    expect(engine.events.filter(({ type }) => type === "paused")).toEqual([]);
    expect(engine.clock.now()).toBeLessThan(5000);
    expect(await engine.ledger.totals()).toMatchObject({ atRisk: 0, attempts: { answered: 5 } });
  });

  it("is left out where it waits to go again", async () => {
    const engine = await startEngine({
      rows: 2,
      maxAttempts: 8,
      script: ({ row }) => (row === 0 ? serverError : answer()),
    });
    await engine.pass(150);
    expect(engine.run.giveUp(0)).toMatchObject({ mayBeBilled: false });
    await engine.end();
    expect(engine.statuses()).toEqual(["unsent", "answered"]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("is unknown where it waits to go again after an attempt that may be billed", async () => {
    const engine = await startEngine({
      rows: 2,
      maxAttempts: 8,
      script: ({ row }) => (row === 0 ? badGateway : answer()),
    });
    await engine.pass(150);
    expect(engine.run.giveUp(0)).toMatchObject({ mayBeBilled: true });
    await engine.end();
    expect(engine.statuses()).toEqual(["unknown", "answered"]);
  });

  it("keeps an answer that came before", async () => {
    const engine = await startEngine({ rows: 2, script: ({ row }) => ({ afterMs: row === 0 ? 10 : 5000 }) });
    await engine.pass(100);
    expect(engine.run.giveUp(0)).toBeNull();
    await engine.end();
    expect(engine.statuses()).toEqual(["answered", "answered"]);
  });
});
