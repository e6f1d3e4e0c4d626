import { expect, it } from "vitest";
import { standingOf, standingWords } from "../../src/app/run-standing.ts";
import type { LedgerInfo } from "../../src/model/ledger.ts";
import { NO_USAGE } from "../../src/model/usage.ts";

const totals = { todo: 2, answered: 10, rejected: 3, failed: 4, unknown: 5, unsent: 1, blank: 2 };
const info: LedgerInfo = {
  settings: null,
  rows: 27,
  simulated: false,
  output: null,
  totals: {
    ...totals,
    attempts: {},
    usage: NO_USAGE,
    cost: 0,
    unknownCost: 0,
    atRisk: 0,
    unpricedAtRisk: 0,
  },
  // Two of the unknown rows are open; three are held.
  unknown: { rows: 2, atRisk: 0, unpriced: 2 },
};

it("does not count rows that were opened again as what they were", () => {
  // 2 never sent, 4 failed, 2 lost.
  const plain = standingOf(
    info,
    { todo: 8, lanes: [], firstTodo: 0 },
    { retryFailed: false, retryUnknown: false },
  );
  expect(plain).toMatchObject({ rows: 25, settled: 17, settledPlaces: 19 });
  expect(plain.before).toMatchObject({ answered: 10, rejected: 3, failed: 0, unknown: 3 });

  const all = standingOf(
    info,
    { todo: 14, lanes: [], firstTodo: 0 },
    { retryFailed: true, retryUnknown: true },
  );
  expect(all.before).toMatchObject({ answered: 10, rejected: 0, failed: 0, unknown: 0 });
});

it("puts standings that have rows into words", () => {
  expect(standingWords({ ...info.totals, failed: 0, answered: 1234 })).toEqual([
    "1,234 answered",
    "3 rejected",
    "5 unknown",
    "1 unsent",
  ]);
});
