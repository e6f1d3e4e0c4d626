import { expect, it } from "vitest";
import { startEngine } from "./engine.ts";
import { answer, serverError } from "./wire-ends.ts";

it.each([0, 1, 30, 95])("halted after %i ms starts nothing until it is resumed", async (ms) => {
  const engine = await startEngine({
    rows: 40,
    maxConcurrent: 5,
    diskMs: () => 5,
    script: ({ row, attempt }) => ({
      afterMs: 50,
      end: attempt === 0 && row % 4 === 0 ? serverError : answer(),
    }),
  });
  await engine.pass(ms);
  engine.run.halt(true);
  const { length } = engine.transport.sent;
  await engine.pass(60_000);
  expect(engine.transport.sent).toHaveLength(length);
  expect(engine.run.lanes().map(({ inFlight, binding }) => ({ inFlight, binding }))).toEqual(
    engine.run.lanes().map(() => ({ inFlight: 0, binding: "halt" })),
  );
  engine.run.halt(false);
  const { stop } = await engine.end();
  expect(stop).toBeNull();
  expect((await engine.ledger.totals()).answered).toBe(40);
  expect(engine.events.filter(({ type }) => type === "halted")).toEqual([
    { type: "halted", halted: true },
    { type: "halted", halted: false },
  ]);
});

it("halted can be drained and stopped", async () => {
  const engine = await startEngine({ rows: 5, diskMs: () => 1000 });
  engine.run.halt(true);
  engine.run.halt(true);
  engine.run.drain("signal", "Ctrl-C");
  engine.run.halt(false);
  expect((await engine.end()).stop).toEqual({ reason: "signal", message: "Ctrl-C" });
  expect(engine.transport.sent).toEqual([]);
  expect(engine.events.filter(({ type }) => type === "halted")).toHaveLength(1);
});
