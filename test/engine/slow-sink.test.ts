import { describe, expect, it } from "vitest";
import { runEngine, startEngine } from "./engine.ts";
import { answer } from "./wire-ends.ts";

const wait = (ms: number) => (_: unknown, clock: { after(ms: number, wake: () => void): unknown }) =>
  new Promise<void>((resolve) => void clock.after(ms, resolve));

describe("a sink that is slow", () => {
  it("slows the line, and the line goes on when it has caught up although nothing else happens", async () => {
    const engine = await startEngine({
      rows: 10_000,
      maxConcurrent: 1000,
      sink: wait(60_000),
      script: () => ({ afterMs: 10 }),
    });
    await engine.pass(50_000);
    // One batch is with the sink, its backlog is full: nothing more was started, nothing is in flight.
    expect(engine.transport.underWay).toBe(0);
    expect(engine.transport.sent.length).toBeLessThan(10_000);
    expect(engine.run.lanes()[0]?.binding).toBe("output");
    expect((await engine.end()).stop).toBeNull();
    expect(engine.indexes()).toEqual([...Array(10_000).keys()]);
  });

  it("gets every row once and in order, however it and the provider take turns", async () => {
    const engine = await runEngine({
      rows: 500,
      maxConcurrent: 64,
      sink: wait(250),
      script: ({ row }) => ({ afterMs: 10 + ((row * 7919) % 997), end: answer(`${row}`) }),
    });
    expect(engine.indexes()).toEqual([...Array(500).keys()]);
  });
});

describe("a sink that fails", () => {
  it("gets nothing more, or the output would have a hole; what was in flight is stored all the same", async () => {
    let writes = 0;
    const engine = await startEngine({
      rows: 40,
      maxConcurrent: 10,
      script: ({ row }) => ({ afterMs: 100 + row }),
      sink: async () => {
        writes += 1;
        if (writes === 2) throw new Error("no space left");
      },
    });
    await expect(engine.end()).rejects.toThrow("no space left");
    expect(writes).toBe(2);
    const { answered } = await engine.ledger.totals();
    expect(answered).toBe(engine.transport.sent.length);
    expect(engine.ledger.open.size).toBe(0);
  });
});
