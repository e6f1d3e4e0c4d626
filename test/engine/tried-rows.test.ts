import { expect, it } from "vitest";
import { TriedRows } from "../../src/engine/tried-rows.ts";
import type { Ending } from "../../src/model/ending.ts";

const FACTS = { code: "x", message: "x", status: null, body: null, requestId: null };
const AMBIGUOUS: Ending = { kind: "ambiguous", ownTimeout: false, ...FACTS };
const TRANSIENT: Ending = { kind: "transient", ...FACTS };

it("remembers that one attempt of a row may be billed, and how many there were", () => {
  const rows = new TriedRows();
  rows.again({ index: 7, attempts: 1 }, AMBIGUOUS);
  rows.again({ index: 7, attempts: 2 }, TRANSIENT);
  expect(rows.of(7, null)).toEqual({ attempts: 2, mayBeBilled: true });
  rows.again({ index: 8, attempts: 1 }, TRANSIENT);
  expect(rows.of(8, null)).toEqual({ attempts: 1, mayBeBilled: false });
  rows.cutOff({ index: 8, attempts: 1 });
  expect([...rows.all().keys()]).toEqual([7, 8]);
  expect(rows.of(8, null)).toEqual({ attempts: 2, mayBeBilled: true });
  expect(rows.of(9, { attempts: 0 })).toEqual({ attempts: 1, mayBeBilled: true });
});

it("forgets a row once it has an outcome, and knows none of whose attempts nothing counts", () => {
  const rows = new TriedRows();
  rows.again({ index: 1, attempts: 1 }, AMBIGUOUS);
  rows.settled(1);
  rows.again({ index: 2, attempts: 0 }, TRANSIENT);
  expect(rows.all().size).toBe(0);
});
