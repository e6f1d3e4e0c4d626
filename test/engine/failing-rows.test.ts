import { describe, expect, it } from "vitest";
import { type Engine, runEngine, startEngine } from "./engine.ts";
import { answer, serverError } from "./wire-ends.ts";

const MINUTE = 60_000;

const statuses = (engine: Engine) => [...new Set(engine.statuses())];

describe("a row that fails while others pass", () => {
  it("is set aside: it holds nobody up, and is failed after its attempts soon after the others are done", async () => {
    const engine = await runEngine({
      rows: 3000,
      maxAttempts: 8,
      maxConcurrent: 10,
      script: ({ row }) => (row === 5 ? serverError : answer()),
    });
    expect(engine.delivered[5]).toMatchObject({ status: "failed", attempts: 8 });
    expect(engine.statuses().filter((status) => status === "answered")).toHaveLength(2999);
    const lastOther = engine.transport.sent.filter(({ row }) => row !== 5).at(-1)?.now ?? 0;
    // Ten at a time, a tenth of a second each: 300 are answered in three seconds.
    expect(lastOther).toBeLessThan(31_000);
    expect(engine.clock.now() - lastOther).toBeLessThan(90_000);
  });

  it("does not take what others need to be tried again", async () => {
    const isBroken = (row: number) => row % 20 === 0;
    const engine = await runEngine({
      rows: 2000,
      maxAttempts: 8,
      maxConcurrent: 20,
      script: ({ row, attempt }) =>
        isBroken(row) || (row % 50 === 7 && attempt === 0) ? serverError : answer(),
    });
    const sends = (row: number) =>
      engine.transport.sent.filter((sent) => sent.row === row).map(({ now }) => now);
    const waits = Array.from({ length: 40 }, (_, place) => sends(place * 50 + 7)).map(
      ([first = 0, second = 0]) => second - first,
    );
    expect(waits.filter((wait) => wait > 2000).length).toBeLessThan(10);
    expect(engine.statuses().filter((status) => status === "failed")).toHaveLength(100);
    expect(engine.clock.now()).toBeLessThan(3 * MINUTE);
  });

  it("alone in its run is failed in about a minute", async () => {
    const engine = await runEngine({ rows: 1, maxAttempts: 8, script: () => serverError });
    expect(engine.delivered[0]).toMatchObject({ status: "failed", attempts: 8 });
    expect(engine.clock.now()).toBeLessThan(90_000);
  });

  it("goes when its minute is over although new rows never end", async () => {
    const engine = await startEngine({
      maxAttempts: 8,
      maxConcurrent: 5,
      arrivals: async function* (enter) {
        for (;;) yield [enter({})];
      },
      script: ({ row, attempt }) => (row === 3 && attempt < 3 ? serverError : answer()),
    });
    await engine.pass(3 * MINUTE);
    expect(engine.delivered[3]).toMatchObject({ status: "answered", attempts: 4 });
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
  });
});

describe("where many requests fail at random", () => {
  it.each([
    [0.05, 1.1],
    [0.2, 1.3],
    [0.5, 3],
  ])("%d of them, every row is answered, and the pace suffers little more", async (share, factor) => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const engine = await runEngine({
      rows: 5000,
      maxAttempts: 30,
      maxConcurrent: 50,
      random,
      script: () => (random() < share ? { afterMs: 500, end: serverError } : { afterMs: 1000 }),
    });
    expect(statuses(engine)).toEqual(["answered"]);
    const workMs = (5000 / 50) * (1000 + (share / (1 - share)) * 500);
    expect(engine.clock.now()).toBeLessThan(factor * workMs + 90_000);
  });
});
