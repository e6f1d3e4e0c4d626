import { describe, expect, it } from "vitest";
import type { Arrival } from "../../src/engine/arriving-feed.ts";
import { runEngine } from "./engine.ts";
import type { PlannedRow } from "./planned-rows.ts";
import { answer, noSuchModel, serverError } from "./wire-ends.ts";

const NAMES: readonly PlannedRow[] = ["a", "b", "a", "c", "a", "b"].map((name) => ({ name }));
const all = [0, 1, 2, 3, 4, 5];

function arriving(rows: readonly PlannedRow[]) {
  return async function* (enter: (row: PlannedRow) => Arrival): AsyncGenerator<readonly Arrival[]> {
    for (const row of rows) yield [enter(row)];
  };
}

describe("rows with the same request", () => {
  it("are sent by themselves unless the run asks for less", async () => {
    const engine = await runEngine({ rows: NAMES });
    expect(engine.sentRows().toSorted()).toEqual(all);
  });

  it("are sent once and delivered everywhere, in order", async () => {
    const engine = await runEngine({ rows: NAMES, dedupe: true, script: () => answer("yes", 700) });
    expect(engine.sentRows().toSorted()).toEqual([0, 1, 3]);
    expect(engine.indexes()).toEqual(all);
    expect(new Set(engine.statuses())).toEqual(new Set(["answered"]));
    expect(engine.delivered.map(({ cost }) => cost === 0)).toEqual([false, false, true, false, true, true]);
    const told = engine.events.flatMap((event) => (event.type === "copied" ? event.rows : []));
    expect(told.map(({ index }) => index).toSorted()).toEqual([2, 4, 5]);
    expect(engine.faults).toEqual([]);
  });

  it("are delivered in the order of completion, too", async () => {
    const engine = await runEngine({ rows: NAMES, dedupe: true, order: "completion" });
    expect(engine.indexes().toSorted()).toEqual(all);
    expect(engine.sentRows().toSorted()).toEqual([0, 1, 3]);
  });

  it("are sent once as they arrive", async () => {
    const engine = await runEngine({ arrivals: arriving(NAMES), dedupe: true });
    expect(engine.sentRows().toSorted()).toEqual([0, 1, 3]);
    expect(engine.indexes()).toEqual(all);
  });

  it("are one row for a limit on what is sent", async () => {
    const engine = await runEngine({ rows: NAMES, dedupe: true, limit: 1 });
    expect(engine.sentRows()).toEqual([0]);
    expect((await engine.ledger.totals()).answered).toBe(3);
    expect((await engine.ledger.totals()).todo).toBe(3);
  });

  it("fail with their leader, after its attempts and none of their own", async () => {
    const engine = await runEngine({ rows: NAMES, dedupe: true, maxAttempts: 2, script: () => serverError });
    expect(engine.sentRows()).toHaveLength(6);
    expect(engine.statuses()).toEqual(all.map(() => "failed"));
  });

  it("are left to do where their leader times out", async () => {
    const engine = await runEngine({
      rows: [{ name: "a" }, { name: "a" }],
      dedupe: true,
      timeoutMs: 1000,
      script: () => ({ afterMs: Number.POSITIVE_INFINITY }),
    });
    expect(engine.statuses()).toEqual(["unknown", "unsent"]);
  });

  it("are left out with a lane that the provider closes", async () => {
    const rows = [...NAMES, { name: "d", lane: "other" }];
    const script = ({ row }: { row: number }) => (row === 6 ? answer() : noSuchModel);
    const engine = await runEngine({ rows, dedupe: true, script, maxConcurrent: 1 });
    expect(engine.statuses()).toEqual([...all.map(() => "unsent"), "answered"]);
  });
});
