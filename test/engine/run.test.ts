import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import { runEngine, startEngine } from "./engine.ts";
import { answer, badRequest, cut, forbidden, serverError, simulatedAnswer, throttled } from "./wire-ends.ts";

const FIVE_PER_SECOND = [{ dimension: "requests", perWindow: 5, windowMs: 1000, source: "flag" }] as const;

describe("a run", () => {
  it("answers every row, in input order, each from one send", async () => {
    const engine = await runEngine({
      rows: 50,
      script: ({ row }) => ({ afterMs: 100 + ((row * 37) % 50) * 10, end: answer(`answer ${row}`) }),
    });
    expect(engine.result).toEqual({ stop: null, stoppedLanes: [], cutOff: [], tried: new Map() });
    expect(engine.indexes()).toEqual([...Array(50).keys()]);
    expect(new Set(engine.statuses())).toEqual(new Set(["answered"]));
    expect(engine.transport.sent).toHaveLength(50);
    expect(engine.faults).toEqual([]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("without rows ends at once", async () => {
    const engine = await runEngine({ rows: 0 });
    expect(engine.result.stop).toBeNull();
    expect(engine.clock.now()).toBe(0);
  });

  it("delivers blank and bad lines in their places", async () => {
    const engine = await runEngine({ rows: [{ kind: "blank" }, {}, { kind: "invalid" }, {}] });
    expect(engine.statuses()).toEqual(["blank", "answered", "unsent", "answered"]);
  });

  it("tries a row again that failed, and gives it up after its attempts", async () => {
    const engine = await runEngine({
      rows: 3,
      maxAttempts: 3,
      script: ({ row, attempt }) => (row === 1 || (row === 2 && attempt < 2) ? serverError : answer()),
    });
    expect(engine.statuses()).toEqual(["answered", "failed", "answered"]);
    expect(engine.delivered.map(({ attempts }) => attempts)).toEqual([1, 3, 3]);
  });

  it("keeps a row whose last attempts were cut as unknown, with its money at risk", async () => {
    const engine = await runEngine({ rows: 1, maxAttempts: 2, script: () => cut });
    expect(engine.statuses()).toEqual(["unknown"]);
    const { atRisk, attempts } = await engine.ledger.totals();
    expect(attempts).toEqual({ ambiguous: 2 });
    expect(atRisk).toBeGreaterThan(0);
  });

  it("sends a throttled row again without an attempt, before rows that were never sent", async () => {
    const engine = await runEngine({
      rows: 40,
      maxAttempts: 1,
      maxConcurrent: 2,
      script: ({ row, attempt }) => (row === 0 && attempt === 0 ? throttled(1) : answer()),
    });
    expect(engine.delivered[0]).toMatchObject({ status: "answered", attempts: 1 });
    const again = engine.sentRows().lastIndexOf(0);
    expect(again).toBeLessThanOrEqual(3);
  });

  it("settles a rejected row and goes on", async () => {
    const engine = await runEngine({ rows: 3, script: ({ row }) => (row === 1 ? badRequest : answer()) });
    expect(engine.statuses()).toEqual(["answered", "rejected", "answered"]);
    expect(engine.delivered[1]?.error?.code).toBe("http-400");
  });

  it("stops after twenty refusals in a row that nobody can explain", async () => {
    const engine = await runEngine({ rows: 100, maxConcurrent: 1, script: () => forbidden });
    expect(engine.result.stop).toMatchObject({ reason: "account" });
    expect(engine.transport.sent).toHaveLength(20);
    expect(engine.statuses()).toEqual(Array(20).fill("rejected"));
  });

  it("does not send a row whose line changed after the door", async () => {
    const engine = await runEngine({ rows: 5, changed: [2] });
    expect(engine.statuses()).toEqual(["answered", "answered", "unsent", "answered", "answered"]);
    expect(engine.delivered[2]).toMatchObject({ error: { code: "row-changed" }, offset: 200, length: 99 });
    expect(engine.sentRows()).not.toContain(2);
  });

  it("sends no more rows than its limit, not counting those that could not be sent", async () => {
    const engine = await runEngine({ rows: 20, limit: 5, changed: [0, 1] });
    expect(engine.sentRows()).toEqual([2, 3, 4, 5, 6]);
    expect(engine.indexes()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(engine.result.stop).toBeNull();
  });

  it("holds the limits it is given", async () => {
    const engine = await runEngine({ rows: 16, limits: FIVE_PER_SECOND });
    const times = engine.transport.sent.map(({ now }) => now);
    for (const [place, time] of times.entries()) {
      const sixth = times[place + 5];
      if (sixth !== undefined) expect(sixth - time).toBeGreaterThanOrEqual(1000);
    }
  });

  it("keeps as many in flight as asked, and no more", async () => {
    const engine = await runEngine({ rows: 40, maxConcurrent: 7 });
    expect(engine.transport.peak).toBe(7);
  });

  it("lets the loop do other things after a few sends, however many may start", async () => {
    let turn = 0;
    let isOver = false;
    const count = () => {
      turn += 1;
      if (!isOver) setImmediate(count);
    };
    count();
    const sends = new Map<number, number>();
    await runEngine({
      rows: 3000,
      diskMs: () => 50,
      script: () => {
        sends.set(turn, (sends.get(turn) ?? 0) + 1);
        return answer();
      },
    });
    isOver = true;
    expect(Math.max(...sends.values())).toBe(32);
  });

  it("never starts what has no stream, and asks for connections", async () => {
    const engine = await runEngine({ rows: 40, streams: 3 });
    expect(engine.transport.peak).toBe(3);
    expect(engine.transport.warmed).toBeGreaterThan(3);
    expect(engine.faults).toEqual([]);
  });

  it("goes on when a connection comes", async () => {
    const engine = await startEngine({ rows: 4, streams: 0 });
    await engine.pass(1000);
    expect(engine.transport.sent).toEqual([]);
    expect(engine.run.lanes()[0]?.binding).toBe("connections");
    engine.transport.resize(2);
    expect((await engine.end()).stop).toBeNull();
    expect(engine.indexes()).toEqual([0, 1, 2, 3]);
  });

  it("goes on when a run that shares its slots has ended a request", async () => {
    const lanes = createLaneRegistry({ random: () => 0.5 });
    const other = lanes.lane({ account: "a", model: "another" }, { limits: [], maxConcurrent: 1 });
    const load = { bodyBytes: 10, maxTokens: null, samples: 1 };
    const permit = other.sent(0, load);
    const engine = await startEngine({ rows: 1, lanes, maxConcurrent: 1 });
    await engine.pass(60_000);
    expect(engine.transport.sent).toEqual([]);
    const nothing = { inputTokens: null, outputTokens: null, retryAfterMs: null, reason: null, named: null };
    other.settle(engine.clock.now(), permit, { kind: "answered", latencyMs: 10, ...nothing });
    await engine.end();
    expect(engine.statuses()).toEqual(["answered"]);
  });

  it("gives a simulator's answer to no row of a ledger with real ones, and stops", async () => {
    const engine = await runEngine({ rows: 5, rehearsal: false, script: () => simulatedAnswer() });
    expect(engine.result.stop).toMatchObject({ reason: "account" });
    expect(engine.result.stop?.message).toContain("rehearse");
    expect(engine.delivered).toEqual([]);
    expect((await engine.ledger.totals()).answered).toBe(0);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("says once that the provider asks to wait, and until when", async () => {
    const engine = await runEngine({
      rows: 3,
      maxConcurrent: 1,
      script: ({ number }) => (number === 0 ? throttled(20) : answer()),
    });
    const paused = engine.events.filter(({ type }) => type === "paused");
    expect(paused).toHaveLength(1);
    expect(paused[0]).toMatchObject({ lane: "grok-4.3", reason: "the provider asks to wait" });
    expect(engine.clock.now()).toBeGreaterThan(20_000);
  });

  it("delivers large answers that the ledger took over, whole and in their places", async () => {
    const engine = await startEngine({
      rows: 4,
      diskMs: () => 5,
      script: ({ row }) => ({ afterMs: 50 - row, end: answer("x".repeat(row % 2 === 0 ? 2_000_000 : 10)) }),
    });
    engine.ledger.takesOverFrom = 1024 * 1024;
    await engine.end();
    expect(engine.indexes()).toEqual([0, 1, 2, 3]);
    expect(engine.delivered.map(({ body }) => (body?.length ?? 0) > 2_000_000)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it("tells the transport of the bodies that wait for the disk, and when they are gone", async () => {
    const engine = await runEngine({ rows: 10, diskMs: () => 5, script: () => answer("x".repeat(1000)) });
    expect(engine.transport.mostKept).toBeGreaterThan(5000);
    expect(engine.transport.kept).toBe(0);
  });

  it("ends as a failure, and leaves no intent behind, when a request cannot be sent at all", async () => {
    const engine = await startEngine({
      rows: 3,
      script: ({ row }) => {
        if (row === 1) throw new Error("the path cannot be requested");
        return answer();
      },
    });
    await expect(engine.end()).rejects.toThrow("the path cannot be requested");
    expect(engine.ledger.open.size).toBe(0);
    expect(engine.run.lanes()[0]?.inFlight).toBe(0);
    expect((await engine.ledger.totals()).answered).toBe(1);
  });

  it("wakes for nobody's sake: no timer rings while rows that go again wait for the disk", async () => {
    const engine = await startEngine({
      rows: 30,
      maxConcurrent: 30,
      diskMs: () => 1000,
      script: ({ attempt }) => (attempt === 0 ? serverError : answer()),
    });
    let wakes = 0;
    const { after } = engine.clock;
    engine.clock.after = (delayMs, wake) => {
      if (delayMs <= 0) wakes += 1;
      return after(delayMs, wake);
    };
    await engine.end();
    // Only the fake wire, which writes a request in the moment it starts.
    expect(wakes).toBeLessThanOrEqual(60);
  });
});
