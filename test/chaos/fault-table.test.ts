import { expect, it } from "vitest";
import { FAULT_CASES } from "./fault-cases.ts";
import { brokenIn, playFaults, renderFaults } from "./fault-table.ts";

/** One of each kind; `npm run test:chaos -- --faults` plays all of them for half a minute each. */
const FEW = ["500", "hang", "429-credits"];
const SHORT_FORM = { windowMs: 1000, rows: 30, atOnce: 5, delay: "short" } as const;

it("ends every fault as the contract says: nothing lost, nothing hung, the money known", async () => {
  const results = await playFaults(SHORT_FORM, ({ fault }) => FEW.includes(fault));

  expect(results.map(({ fault }) => fault.fault).sort()).toEqual([...FEW].sort());
  expect(brokenIn(results)).toEqual([]);
  for (const { some, all } of results) {
    expect([some.answered, all.answered]).toEqual([SHORT_FORM.rows, SHORT_FORM.rows]);
  }
}, 240_000);

it("names every fault once, and writes one line for each", () => {
  const report = { sent: 3, billed: 2, answeredAtOnce: 1, answered: 2, code: 1, seconds: 1.4, broken: [] };
  const [fault] = FAULT_CASES;
  const results = fault === undefined ? [] : [{ fault, some: report, all: { ...report, answeredAtOnce: 2 } }];

  expect(new Set(FAULT_CASES.map((one) => one.fault)).size).toBe(FAULT_CASES.length);
  expect(renderFaults(SHORT_FORM, results, "2026-11-25")).toContain(
    "| `429-second` | 3 | 2 | 1, 2 | 1 | 1 | 3 | 2 | 2 | 1 | 1 |",
  );
});
