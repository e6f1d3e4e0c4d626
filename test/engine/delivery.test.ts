import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompletionOrder } from "../../src/engine/completion-order.ts";
import { InputOrder } from "../../src/engine/input-order.ts";
import type { SettledRow } from "../../src/model/outcome.ts";
import { settledRow } from "./settled-row.ts";

/** A ledger that holds what it is given, and counts how it is read. */
function ledgerOf(rows: Map<number, SettledRow>) {
  const order: number[] = [];
  return {
    reads: 0,
    put(row: SettledRow) {
      rows.set(row.index, row);
      order.push(row.index);
    },
    async read(from: number, count: number): Promise<readonly SettledRow[]> {
      this.reads += 1;
      const out: SettledRow[] = [];
      for (
        let row = rows.get(from);
        row !== undefined && out.length < count;
        row = rows.get(from + out.length)
      ) {
        out.push(row);
      }
      return out;
    },
    async readSettled(after: number, count: number) {
      const page = order.slice(after, after + count);
      const found = page.flatMap((index) => rows.get(index) ?? []);
      return { rows: found, sequence: after + page.length };
    },
  };
}
type FakeLedger = ReturnType<typeof ledgerOf>;

function partsOf(ledger: FakeLedger, sink: (rows: readonly SettledRow[]) => Promise<void> = async () => {}) {
  const written: number[] = [];
  const delivered: number[] = [];
  const failures: unknown[] = [];
  const parts = {
    ledger: ledger as never,
    sink: {
      async write(rows: readonly SettledRow[]) {
        await sink(rows);
        written.push(...rows.map(({ index }) => index));
      },
      end: async () => {},
    },
    delivered: (next: number) => void delivered.push(next),
    failed: (error: unknown) => void failures.push(error),
  };
  return { parts, written, delivered, failures };
}

describe("delivery in input order", () => {
  it("writes a row when all before it are settled, whatever the order of settling", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...Array(60).keys()], { minLength: 60, maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        fc.nat(59),
        async (order, pauses, earlier) => {
          const ledger = ledgerOf(new Map());
          for (let index = 0; index < earlier; index += 1) ledger.put(settledRow(index));
          const { parts, written, delivered } = partsOf(ledger);
          const delivery = new InputOrder(parts, 0, earlier);
          for (const index of order.filter((each) => each >= earlier)) {
            ledger.put(settledRow(index));
            if (index % 3 === 0) delivery.stored(index);
            else delivery.settled(settledRow(index));
            if (pauses[index]) await setImmediate();
          }
          await delivery.finish();
          expect(written).toEqual([...Array(60).keys()]);
          expect(delivered.at(-1)).toBe(60);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps a bounded window in memory while the first row is slow; the rest is read back from the ledger", async () => {
    const body = new Uint8Array(64 * 1024);
    const ledger = ledgerOf(new Map());
    const { parts, written } = partsOf(ledger);
    const delivery = new InputOrder(parts, 0, 0);
    for (let index = 1; index < 2000; index += 1) {
      // What the ledger holds is on disk: here another object stands for it.
      ledger.put(settledRow(index));
      delivery.settled(settledRow(index, { body }));
    }
    expect(delivery.heldBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(delivery.heldRows).toBe(64);
    expect(written).toEqual([]);
    ledger.put(settledRow(0));
    delivery.settled(settledRow(0));
    await delivery.finish();
    expect(written).toEqual([...Array(2000).keys()]);
    expect(delivery.heldRows).toBe(0);
    expect(delivery.heldBytes).toBe(0);
    expect(ledger.reads).toBeLessThan(10);
  });

  it("bounds the window by rows, too", async () => {
    const ledger = ledgerOf(new Map());
    const { parts } = partsOf(ledger);
    const delivery = new InputOrder(parts, 0, 0);
    for (let index = 1; index < 20_000; index += 1) delivery.settled(settledRow(index));
    expect(delivery.heldRows).toBe(1024);
  });

  it("does not ask the ledger again and again for a row that is not there", async () => {
    const ledger = ledgerOf(new Map());
    const { parts, written } = partsOf(ledger);
    const delivery = new InputOrder(parts, 0, 1);
    for (let index = 5; index < 1000; index += 1) delivery.settled(settledRow(index));
    ledger.put(settledRow(0));
    delivery.stored(0);
    await delivery.finish();
    expect(written).toEqual([0]);
    expect(ledger.reads).toBeLessThanOrEqual(3);
  });

  it("loses no row that the ledger gave out before word of it came", async () => {
    const ledger = ledgerOf(new Map());
    for (const index of [0, 1]) ledger.put(settledRow(index));
    const { parts, written } = partsOf(ledger);
    const delivery = new InputOrder(parts, 0, 0);
    delivery.stored(0);
    await setImmediate();
    expect(written).toEqual([0, 1]);
    delivery.settled(settledRow(1));
    ledger.put(settledRow(2));
    delivery.stored(2);
    await delivery.finish();
    expect(written).toEqual([0, 1, 2]);
  });

  it("writes nothing after a write that failed", async () => {
    const ledger = ledgerOf(new Map());
    const { parts, written, failures } = partsOf(ledger, async ([row]) => {
      if (row?.index === 1) throw new Error("no space left");
    });
    const delivery = new InputOrder(parts, 0, 0);
    for (const index of [0, 1, 2]) {
      delivery.settled(settledRow(index));
      await setImmediate();
    }
    await delivery.finish();
    expect(written).toEqual([0]);
    expect(failures).toHaveLength(1);
  });
});

describe("delivery in the order of completion", () => {
  it("writes rows as they were settled, and tells how many from the start are complete", async () => {
    const ledger = ledgerOf(new Map());
    const { parts, written, delivered } = partsOf(ledger);
    const delivery = new CompletionOrder(parts, 0);
    for (const index of [2, 0, 3, 1]) {
      ledger.put(settledRow(index));
      delivery.settled();
      await setImmediate();
    }
    await delivery.finish();
    expect(written).toEqual([2, 0, 3, 1]);
    expect(delivered).toEqual([0, 1, 1, 4]);
  });

  it("passes over what an earlier run delivered", async () => {
    const ledger = ledgerOf(new Map());
    for (const index of [5, 3, 4]) ledger.put(settledRow(index));
    const { parts, written } = partsOf(ledger);
    const delivery = new CompletionOrder(parts, 2);
    await delivery.finish();
    expect(written).toEqual([4]);
  });

  it("does not wait for blank lines, which have no place in it", async () => {
    const ledger = ledgerOf(new Map());
    const { parts, delivered } = partsOf(ledger);
    const delivery = new CompletionOrder(parts, 0);
    delivery.stored(1, true);
    delivery.stored(0, true);
    expect(delivered.at(-1)).toBe(2);
    ledger.put(settledRow(2));
    delivery.settled();
    await delivery.finish();
    expect(delivered.at(-1)).toBe(3);
  });
});

describe("a sink that falls behind", () => {
  it("is full once too many rows were settled during one write, and says when it has caught up", async () => {
    const ledger = ledgerOf(new Map());
    const gate = Promise.withResolvers<void>();
    const { parts, written } = partsOf(ledger, () => gate.promise);
    const delivery = new InputOrder(parts, 0, 0);
    let caughtUp = 0;
    delivery.onCaughtUp(() => {
      caughtUp += 1;
    });
    for (let index = 0; index < 5000; index += 1) {
      ledger.put(settledRow(index));
      delivery.settled(settledRow(index));
      if (index === 0) await setImmediate();
    }
    expect(delivery.isFull()).toBe(true);
    expect(caughtUp).toBe(0);
    gate.resolve();
    await delivery.finish();
    expect(delivery.isFull()).toBe(false);
    expect(caughtUp).toBe(1);
    expect(written).toHaveLength(5000);
  });
});
