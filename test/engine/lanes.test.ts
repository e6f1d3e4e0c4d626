import { describe, expect, it } from "vitest";
import { runEngine, startEngine } from "./engine.ts";
import type { PlannedRow } from "./planned-rows.ts";
import { answer, noSuchModel, serverError } from "./wire-ends.ts";

/** Rows of two models in turn: the even ones are the good model's. */
const inTurn = (count: number): PlannedRow[] =>
  Array.from({ length: count }, (_, row) => ({ lane: row % 2 === 0 ? "good" : "bad" }));
const isBad = (row: number) => row % 2 === 1;

describe("a lane that the provider closes", () => {
  it("ends alone: its rows are unsent, at their places, while the others are answered", async () => {
    const engine = await runEngine({
      rows: inTurn(40),
      maxConcurrent: 6,
      script: ({ row }) => (isBad(row) ? noSuchModel : answer()),
    });
    expect(engine.result).toMatchObject({ stop: null, cutOff: [] });
    expect(engine.result.stoppedLanes).toMatchObject([{ lane: "bad", code: "model-not-found" }]);
    expect(engine.indexes()).toEqual([...Array(40).keys()]);
    expect(engine.statuses()).toEqual(
      Array.from({ length: 40 }, (_, row) => (isBad(row) ? "unsent" : "answered")),
    );
    expect(engine.delivered[1]).toMatchObject({ error: { code: "model-not-found" }, line: 2, offset: 100 });
    expect(engine.ledger.open.size).toBe(0);
    expect(await engine.ledger.totals()).toMatchObject({ answered: 20, unsent: 20, todo: 0 });
  });

  it("lets the output grow past its rows while the others go on", async () => {
    const engine = await startEngine({
      rows: inTurn(200),
      maxConcurrent: 4,
      script: ({ row }) => (isBad(row) ? noSuchModel : answer()),
    });
    await engine.pass(2000);
    expect(engine.isOver).toBe(false);
    expect(engine.delivered.length).toBeGreaterThan(20);
    await engine.end();
  });

  it("while its rows are being prepared takes their intents back", async () => {
    const engine = await runEngine({
      rows: inTurn(60),
      diskMs: () => 500,
      script: ({ row }) => ({ afterMs: isBad(row) ? 10 : 3000, end: isBad(row) ? noSuchModel : answer() }),
    });
    expect(engine.ledger.open.size).toBe(0);
    expect(engine.faults).toEqual([]);
    expect(engine.statuses().filter((status) => status === "unsent")).toHaveLength(30);
  });

  it("while its rows wait to go again leaves those out as well", async () => {
    const engine = await runEngine({
      rows: inTurn(20),
      maxAttempts: 8,
      script: ({ row, attempt }) => {
        if (!isBad(row)) return { afterMs: 20_000 };
        return row === 1 && attempt === 1 ? noSuchModel : serverError;
      },
    });
    expect(engine.indexes()).toEqual([...Array(20).keys()]);
    expect(engine.statuses().filter((status) => status === "unsent")).toHaveLength(10);
    expect(engine.ledger.open.size).toBe(0);
  });

  it("settles rows that are in flight by what comes of them", async () => {
    const engine = await runEngine({
      rows: inTurn(8),
      script: ({ row }) => {
        if (row === 1) return { afterMs: 10, end: noSuchModel };
        return { afterMs: 5000, end: row === 3 ? serverError : answer() };
      },
    });
    expect(engine.statuses()).toEqual([
      "answered",
      "unsent",
      "answered",
      "unsent",
      "answered",
      "answered",
      "answered",
      "answered",
    ]);
  });

  it("tells its note once, though many of its requests come back", async () => {
    const engine = await runEngine({
      rows: inTurn(40),
      script: ({ row }) => (isBad(row) ? noSuchModel : answer()),
    });
    expect(engine.events.filter(({ type }) => type === "note")).toHaveLength(1);
  });

  it("with very many rows is passed over in pages", async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => ({ lane: row < 10 ? "good" : "bad" }));
    const engine = await runEngine({ rows, script: ({ row }) => (row < 10 ? answer() : noSuchModel) });
    expect(engine.indexes()).toEqual([...Array(5000).keys()]);
    expect(new Set(engine.ledger.skipped).size).toBe(4990);
    expect(engine.ledger.skipped).toHaveLength(4990);
  });

  it("can be drained while it is passed over", async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => ({ lane: row < 10 ? "good" : "bad" }));
    const engine = await startEngine({
      rows,
      diskMs: () => 50,
      script: ({ row }) => (row < 10 ? { afterMs: 60_000 } : noSuchModel),
    });
    await engine.pass(300);
    engine.run.drain("signal", "Ctrl-C");
    await engine.end();
    expect(engine.ledger.open.size).toBe(0);
    const { unsent, todo, answered } = await engine.ledger.totals();
    expect(unsent + todo + answered).toBe(5000);
  });
});

describe("many lanes", () => {
  it("share slots fairly: no lane waits for another to be done", async () => {
    const rows = Array.from({ length: 200 }, (_, row) => ({ lane: row < 100 ? "first" : "second" }));
    const engine = await startEngine({ rows, maxConcurrent: 2 });
    await engine.pass(2000);
    const early = engine.sentRows().slice(0, 20);
    expect(early.filter((row) => row < 100).length).toBeGreaterThan(8);
    expect(early.filter((row) => row >= 100).length).toBeGreaterThan(8);
    await engine.end();
    expect(engine.indexes()).toEqual([...Array(200).keys()]);
  });

  it("are no trouble, a thousand of them", async () => {
    const rows = Array.from({ length: 3000 }, (_, row) => ({ lane: `model ${row % 1000}` }));
    const engine = await runEngine({ rows, maxConcurrent: 500 });
    expect(engine.indexes()).toEqual([...Array(3000).keys()]);
    expect(engine.transport.peak).toBe(500);
    expect(engine.faults).toEqual([]);
  });

  it("one after the other in the input run side by side all the same", async () => {
    const rows = Array.from({ length: 60_000 }, (_, row) => ({ lane: row < 59_900 ? "first" : "last" }));
    const engine = await startEngine({ rows, maxConcurrent: 20 });
    await engine.pass(3000);
    expect(engine.sentRows().filter((row) => row >= 59_900)).toHaveLength(100);
    // Rows are pulled when they can be sent: no page of the full lane is held for the other's sake.
    expect(engine.ledger.open.size).toBeLessThan(100);
    engine.run.abort("signal", "enough");
    await engine.end();
  });

  it("of which one waits long do not hold up the others", async () => {
    const engine = await runEngine({
      rows: inTurn(40),
      script: ({ row }) => (isBad(row) ? { afterMs: 100_000 } : { afterMs: 10 }),
    });
    const lastGood = engine.transport.sent.filter(({ row }) => !isBad(row)).at(-1);
    expect(lastGood?.now).toBeLessThan(5000);
  });
});

it("a model whose answers take a minute leaves the quick one its half of the requests in flight", async () => {
  const rows = Array.from({ length: 4000 }, (_, row) => ({ lane: row % 2 === 0 ? "slow" : "quick" }));
  const engine = await startEngine({
    rows,
    maxConcurrent: 20,
    script: ({ row }) => ({ afterMs: row % 2 === 0 ? 60_000 : 1000 }),
  });
  await engine.pass(60_000);
  const before = engine.sentRows().filter((row) => row % 2 === 1).length;
  await engine.pass(60_000);
  const quick = engine.sentRows().filter((row) => row % 2 === 1).length - before;
  // Ten slots of a second each would be 600 requests a minute, one slot 60.
  expect(quick).toBeGreaterThan(350);
  engine.run.abort("signal", "enough");
  await engine.end();
});
