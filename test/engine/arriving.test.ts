import { describe, expect, it } from "vitest";
import { byHand, inBatches, plain } from "./arrivals.ts";
import { runEngine, startEngine } from "./engine.ts";
import type { PlannedRow } from "./planned-rows.ts";
import { answer, dailyLimit, noSuchModel } from "./wire-ends.ts";

describe("rows that arrive while the run goes on", () => {
  it("are answered in order", async () => {
    const engine = await runEngine({ arrivals: inBatches(plain(300)), maxConcurrent: 20 });
    expect(engine.indexes()).toEqual([...Array(300).keys()]);
    expect(engine.faults).toEqual([]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("may be none at all", async () => {
    const engine = await runEngine({ arrivals: inBatches([]) });
    expect(engine.result.stop).toBeNull();
    expect(engine.delivered).toEqual([]);
  });

  it("are sent as they come, from a source slower than the sends", async () => {
    const hand = byHand();
    const engine = await startEngine({ arrivals: hand.source });
    hand.give([{}, {}]);
    await engine.pass(5000);
    expect(engine.statuses()).toEqual(["answered", "answered"]);
    expect(engine.isOver).toBe(false);
    expect(engine.run.lanes()[0]?.binding).toBe("input");
    hand.give([{}]);
    await engine.pass(5000);
    hand.end();
    await engine.end();
    expect(engine.indexes()).toEqual([0, 1, 2]);
  });

  it("are read no further than can be used soon", async () => {
    let read = 0;
    const engine = await startEngine({
      maxConcurrent: 2,
      arrivals: async function* (enter) {
        for (;;) {
          read += 1;
          yield [enter({})];
        }
      },
      script: () => ({ afterMs: 1000 }),
    });
    await engine.pass(10_000);
    expect(engine.delivered.length).toBeGreaterThan(10);
    expect(read).toBeLessThan(1024 + 100);
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
  });

  it.each(["drain", "abort"] as const)(
    "end promptly on %s although the source never answers",
    async (how) => {
      const hand = byHand();
      const engine = await startEngine({ arrivals: hand.source });
      hand.give([{}]);
      await engine.pass(1000);
      engine.run[how]("signal", "Ctrl-C");
      await engine.end();
      expect(engine.clock.now()).toBeLessThan(1500);
      hand.give([{}]);
      await engine.pass(100);
      expect(engine.sentRows()).toEqual([0]);
      expect(engine.indexes()).toEqual([0]);
    },
  );

  it("before a source that throws are answered, then its error is thrown", async () => {
    const hand = byHand();
    const engine = await startEngine({ arrivals: hand.source, script: () => ({ afterMs: 5000 }) });
    hand.give([{}, {}]);
    await engine.pass(500);
    hand.fail(new Error("the source broke"));
    await expect(engine.end()).rejects.toThrow("the source broke");
    expect(engine.statuses()).toEqual(["answered", "answered"]);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("end without a failure when the source breaks because nobody wants more", async () => {
    const hand = byHand();
    const engine = await startEngine({ arrivals: hand.source, script: () => ({ afterMs: 5000 }) });
    hand.give([{}]);
    await engine.pass(500);
    engine.run.drain("signal", "Ctrl-C");
    hand.fail(new Error("the stream was closed"));
    expect((await engine.end()).stop?.message).toBe("Ctrl-C");
    expect(engine.statuses()).toEqual(["answered"]);
  });

  it("blank and bad ones too, each at its place", async () => {
    const rows: PlannedRow[] = [{ kind: "blank" }, {}, { kind: "invalid" }, {}, { kind: "blank" }];
    const engine = await runEngine({ arrivals: inBatches(rows, 2) });
    expect(engine.statuses()).toEqual(["blank", "answered", "unsent", "answered", "blank"]);
  });

  it("are read on behind very many blank lines, in either order", async () => {
    for (const order of ["input", "completion"] as const) {
      const rows: PlannedRow[] = [...Array(70_000).fill({ kind: "blank" }), {}, {}];
      const engine = await runEngine({ arrivals: inBatches(rows, 5000), order });
      expect(engine.statuses().filter((status) => status === "answered")).toHaveLength(2);
    }
  });

  it("are not sent where the ledger has their outcome", async () => {
    const first = await runEngine({ rows: [{ name: "a" }, { name: "b" }, { name: "c" }] });
    const rows = [{ name: "new" }, { name: "c" }, { name: "a" }];
    const again = await runEngine({ arrivals: inBatches(rows), ledger: first.ledger });
    expect(again.sentRows()).toEqual([0]);
    expect(again.statuses()).toEqual(["answered", "answered", "answered"]);
  });

  it("beyond the limit end the reading: nothing more is sent, and a source without an end ends", async () => {
    let closed = false;
    const engine = await runEngine({
      limit: 5,
      arrivals: async function* (enter) {
        try {
          for (;;) yield [enter({}), enter({})];
        } finally {
          closed = true;
        }
      },
    });
    expect(engine.sentRows()).toEqual([0, 1, 2, 3, 4]);
    expect(engine.indexes()).toEqual([0, 1, 2, 3, 4]);
    expect(closed).toBe(true);
    expect(engine.result.stop).toBeNull();
  });

  it("are read on although the lane of all that were read is closed", async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => ({ lane: row < 2990 ? "bad" : "good" }));
    const engine = await runEngine({
      arrivals: inBatches(rows, 64),
      script: ({ row }) => (row < 2990 ? noSuchModel : answer()),
    });
    expect(engine.indexes()).toEqual([...Array(3000).keys()]);
    expect(engine.statuses().filter((status) => status === "answered")).toHaveLength(10);
    expect(engine.result.stoppedLanes).toHaveLength(1);
  });

  it("wait on disk, a bounded number of them, behind one that is slow", async () => {
    let read = 0;
    const engine = await startEngine({
      maxConcurrent: 2000,
      arrivals: async function* (enter) {
        for (;;) {
          read += 500;
          yield Array.from({ length: 500 }, () => enter({}));
        }
      },
      script: ({ row }) => ({ afterMs: row === 0 ? 600_000 : 10 }),
    });
    await engine.pass(6000);
    expect(read).toBeGreaterThan(60_000);
    expect(read).toBeLessThan(70_000);
    await engine.pass(5000);
    expect(read).toBeLessThan(70_000);
    engine.run.abort("signal", "enough");
    await engine.end();
  });

  it("of a full lane hold nobody up whose rows come behind them", async () => {
    let read = 0;
    const engine = await startEngine({
      arrivals: async function* (enter) {
        yield [enter({ lane: "full" }), enter({ lane: "open" })];
        for (let row = 0; row < 5000; row += 1) yield [enter({ lane: "full" })];
        yield Array.from({ length: 100 }, () => enter({ lane: "open" }));
        for (;;) {
          read += 1;
          yield [enter({ lane: "full" })];
        }
      },
      script: ({ row }) => ({ afterMs: row === 1 || (row > 5001 && row < 5102) ? 10 : 60_000 }),
    });
    await engine.pass(20_000);
    expect(engine.sentRows().filter((row) => row > 5001 && row < 5102)).toHaveLength(100);
    // The lane that has none now may get more: read on, but not for ever.
    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(70_000);
    engine.run.abort("signal", "enough");
    await engine.end();
  });

  it("of a parked lane hold nobody up who was never heard of before", async () => {
    const engine = await startEngine({
      maxConcurrent: 20,
      arrivals: inBatches([...Array(4000).fill({ lane: "used up" }), ...Array(50).fill({ lane: "new" })]),
      script: ({ row, now }) =>
        row < 4000 && now < 3_600_000 ? { afterMs: 20, end: dailyLimit(3600) } : answer(),
    });
    await engine.pass(60_000);
    expect(engine.sentRows().filter((row) => row >= 4000)).toHaveLength(50);
    await engine.end();
    expect(new Set(engine.statuses())).toEqual(new Set(["answered"]));
    expect(engine.faults).toEqual([]);
  });

  it("of a full lane take no more than so many bytes, whoever starves behind them", async () => {
    let read = 0;
    const engine = await startEngine({
      arrivals: async function* (enter) {
        yield [enter({ lane: "full" }), enter({ lane: "open" })];
        for (;;) {
          read += 1;
          yield [enter({ lane: "full", bodyBytes: 1024 * 1024 })];
        }
      },
      maxConcurrent: 16,
      script: ({ row }) => ({ afterMs: row === 1 ? 10 : 60_000 }),
    });
    await engine.pass(5000);
    expect(read).toBeGreaterThan(60);
    // 64 MiB wait in the feed, 32 MiB at most are prepared, and sixteen are in flight.
    expect(read).toBeLessThan(64 + 32 + 16 + 2);
    engine.run.abort("signal", "enough");
    await engine.end();
  });
});
