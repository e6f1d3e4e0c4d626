import { describe, expect, it } from "vitest";
import type { WireEnd } from "../../src/model/transport.ts";
import { startEngine } from "./engine.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { Script } from "./fake-transport.ts";
import { answer, badRequest, cut, noSuchModel, serverError, throttled, wrongKey } from "./wire-ends.ts";

const OPTIONS: EngineOptions = {
  rows: 60,
  maxConcurrent: 10,
  diskMs: () => 7,
  maxAttempts: 3,
  script: ({ row, attempt }) => ({
    afterMs: 50 + ((row * 31) % 40),
    writtenAfterMs: 20,
    end: attempt === 0 && row % 5 === 0 ? serverError : answer(),
  }),
};
/** From before the first row is taken until long after the end. */
const MOMENTS = [0, 1, 7, 8, 14, 20, 34, 35, 60, 64, 71, 78, 90, 120, 200, 400, 700];

describe("draining", () => {
  it.each(MOMENTS)(
    "after %i ms sends nothing more, finishes what is in flight and leaves no intent",
    async (ms) => {
      const engine = await startEngine(OPTIONS);
      await engine.pass(ms);
      const sent = engine.transport.sent.length;
      engine.run.drain("signal", "Ctrl-C");
      const { stop, cutOff } = await engine.end();
      expect(engine.transport.sent.length).toBe(sent);
      expect(stop === null || stop.message === "Ctrl-C").toBe(true);
      expect(cutOff).toEqual([]);
      expect(engine.ledger.open.size).toBe(0);
      expect(engine.indexes()).toEqual([...Array(engine.delivered.length).keys()]);
      const { answered, todo, attempts } = await engine.ledger.totals();
      expect(answered + todo).toBe(60);
      expect(attempts.answered ?? 0).toBe(answered);
      expect(engine.run.lanes().every(({ inFlight }) => inFlight === 0)).toBe(true);
    },
  );

  it("before the first turn sends nothing", async () => {
    const engine = await startEngine({ ...OPTIONS, diskMs: () => 1000 });
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
    expect(engine.transport.sent).toEqual([]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("does not wait for a row that would go again", async () => {
    const engine = await startEngine({ rows: 1, maxAttempts: 8, script: () => serverError });
    await engine.pass(2000);
    const sent = engine.transport.sent.length;
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
    expect(engine.transport.sent.length).toBe(sent);
    expect((await engine.ledger.totals()).todo).toBe(1);
  });

  it("tells the first reason, and is told once", async () => {
    const engine = await startEngine(OPTIONS);
    engine.run.drain("budget", "first");
    engine.run.drain("signal", "second");
    expect((await engine.end()).stop).toEqual({ reason: "budget", message: "first" });
    expect(engine.events.filter(({ type }) => type === "stopping")).toHaveLength(1);
  });
});

describe("aborting", () => {
  it.each(MOMENTS)("after %i ms leaves exactly the written requests as unknown", async (ms) => {
    const engine = await startEngine(OPTIONS);
    await engine.pass(ms);
    const writtenAndOpen = engine.transport.underWay;
    engine.run.abort("signal", "Ctrl-C twice");
    const { cutOff } = await engine.end();
    expect(cutOff.length).toBeLessThanOrEqual(writtenAndOpen);
    expect([...engine.ledger.open.keys()].sort()).toEqual([...cutOff].sort());
    await engine.ledger.close();
    expect((await engine.ledger.info()).unknown.rows).toBe(cutOff.length);
    expect(engine.indexes()).toEqual([...Array(engine.delivered.length).keys()]);
  });

  it("takes the intents back of what was started and never written: it cannot have been billed", async () => {
    const never = Number.POSITIVE_INFINITY;
    const engine = await startEngine({
      rows: 4,
      script: ({ row }) => ({ afterMs: never, writtenAfterMs: row < 2 ? 0 : never }),
    });
    await engine.pass(100);
    engine.run.abort("signal", "Ctrl-C twice");
    expect((await engine.end()).cutOff).toEqual([0, 1]);
    expect([...engine.ledger.open.keys()]).toEqual([0, 1]);
  });

  it("waits for a wire that tells late, and keeps an answer that was faster", async () => {
    const engine = await startEngine({ rows: 2, abortMs: 5000, script: () => ({ afterMs: 100_000 }) });
    await engine.pass(100);
    engine.run.abort("signal", "Ctrl-C twice");
    expect(engine.isOver).toBe(false);
    expect((await engine.end()).cutOff).toEqual([0, 1]);
    expect(engine.clock.now()).toBeGreaterThanOrEqual(5100);
  });

  it("records what the provider says all the same: only what we cut off ourselves is unknown", async () => {
    const ends = [answer(), badRequest, throttled(), serverError];
    const engine = await startEngine({
      rows: 4,
      script: ({ row }) => ({ afterMs: 100, isDeaf: true, end: ends[row] ?? answer() }),
    });
    await engine.pass(50);
    engine.run.abort("signal", "Ctrl-C twice");
    expect((await engine.end()).cutOff).toEqual([]);
    expect(engine.ledger.records.map(({ ending }) => ending)).toEqual([
      "answered",
      "rejected",
      "throttled",
      "transient",
    ]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("after a drain gives up what the drain would have waited for", async () => {
    const engine = await startEngine({ rows: 2, script: () => ({ afterMs: 100_000 }) });
    await engine.pass(100);
    engine.run.drain("signal", "Ctrl-C");
    await engine.pass(1000);
    expect(engine.isOver).toBe(false);
    engine.run.abort("signal", "Ctrl-C twice");
    const { stop, cutOff } = await engine.end();
    expect(stop?.message).toBe("Ctrl-C");
    expect(cutOff).toEqual([0, 1]);
    expect(engine.clock.now()).toBeLessThan(2000);
  });
});

describe("rows that were sent and have no outcome when the run stops", () => {
  const HOUR_MS = 3_600_000;
  const soon = (end: WireEnd) => ({ afterMs: 1, end });
  const stopped = async (script: Script) => {
    const engine = await startEngine({ rows: 1, maxAttempts: 8, script });
    await engine.pass(400);
    engine.run.abort("signal", "Ctrl-C twice");
    return { tried: (await engine.end()).tried, sent: engine.transport.sent.length };
  };

  it("may be billed after a cut attempt, however the next one ended", async () => {
    const { tried, sent } = await stopped(({ attempt }) => soon(attempt === 0 ? cut : serverError));
    expect(sent).toBeGreaterThan(1);
    expect(tried).toEqual(new Map([[0, { attempts: sent, mayBeBilled: true }]]));
  });

  it("are not billed where the provider only failed", async () => {
    const { tried, sent } = await stopped(() => soon(serverError));
    expect(tried).toEqual(new Map([[0, { attempts: sent, mayBeBilled: false }]]));
  });

  it("count the attempt that is under way", async () => {
    const { tried, sent } = await stopped(({ attempt }) =>
      attempt === 0 ? soon(serverError) : { afterMs: HOUR_MS },
    );
    expect(tried).toEqual(new Map([[0, { attempts: sent, mayBeBilled: true }]]));
  });

  it("are as good as not sent where they were only throttled", async () => {
    expect((await stopped(() => throttled(60))).tried).toEqual(new Map());
  });
});

describe("an account that is closed", () => {
  it.each([
    ["a wrong key", wrongKey],
    ["a model that does not exist, in a run of one lane", noSuchModel],
  ])("stops the run: %s", async (_, end) => {
    const engine = await startEngine({ rows: 100, maxConcurrent: 4, script: () => end });
    expect((await engine.end()).stop?.reason).toBe("account");
    expect(engine.transport.sent.length).toBeLessThanOrEqual(4);
    expect(engine.delivered).toEqual([]);
    expect((await engine.ledger.totals()).todo).toBe(100);
    expect(engine.ledger.open.size).toBe(0);
  });
});

describe("a ledger that breaks", () => {
  it("ends the run at once with its error, whatever is in flight", async () => {
    const engine = await startEngine({ rows: 20, maxConcurrent: 4, script: () => ({ afterMs: 1000 }) });
    await engine.pass(500);
    engine.ledger.broken = new Error("the disk is gone");
    await expect(engine.end()).rejects.toThrow("the disk is gone");
    expect(engine.clock.now()).toBeLessThan(2000);
    expect(engine.transport.kept).toBe(0);
  });

  it("is noticed before anything is sent", async () => {
    const engine = await startEngine({ rows: 20, diskMs: () => 10 });
    engine.ledger.broken = new Error("the disk is gone");
    await expect(engine.end()).rejects.toThrow("the disk is gone");
  });
});
