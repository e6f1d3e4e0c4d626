import { describe, expect, it } from "vitest";
import type { Result } from "../../bench/limits/measure.ts";
import { renderBaselineRates, renderRates, renderTables } from "../../bench/limits/report.ts";
import { misses } from "../../bench/limits/targets.ts";

const RESULT: Result = {
  scenario: "T01",
  contender: "limits given",
  mode: "config",
  utilisation: 0.98,
  rejected: 0.001,
  failed: 0,
  p99StarvationMs: 200,
  maxStarvationMs: 1500,
  recoverySeconds: [],
};

describe("the targets", () => {
  it("are 97 % and half a percent where limits are known, 90 % and two where nothing is", () => {
    const figures = { ...RESULT, utilisation: 0.95, rejected: 0.01 };
    expect(misses(figures)).toEqual({ utilisation: true, rejected: true });
    expect(misses({ ...figures, mode: "unknown" })).toEqual({ utilisation: false, rejected: false });
  });

  it("are met by what is printed as the target", () => {
    expect(misses({ ...RESULT, utilisation: 0.9696 }).utilisation).toBe(false);
    expect(misses({ ...RESULT, utilisation: 0.9694 }).utilisation).toBe(true);
  });

  it("are missed by whoever loses a job", () => {
    expect(misses({ ...RESULT, failed: 0.0001 }).utilisation).toBe(true);
  });
});

describe("the tables", () => {
  it("have a row per scenario and a column per contender, and mark what is missed", () => {
    const results = [
      RESULT,
      { ...RESULT, contender: "nothing known", mode: "unknown" as const, utilisation: 0.852, failed: 0.25 },
      { ...RESULT, scenario: "T02", rejected: 0.02 },
    ];
    expect(renderRates(results).split("\n")).toEqual([
      "|  | limits given | nothing known |",
      "| --- | ---: | ---: |",
      "| T01 | 98.0 / 0.10 | **85.2** / 0.10, **25.0 % lost** |",
      "| T02 | 98.0 / **2.00** | – |",
    ]);
  });

  it("have their columns in the same order whatever comes first", () => {
    const later = { ...RESULT, contender: "nothing known", mode: "unknown" as const };
    expect(renderRates([later, RESULT]).split("\n")[0]).toBe("|  | limits given | nothing known |");
  });

  it("do not judge what is usual", () => {
    expect(
      renderBaselineRates([{ ...RESULT, contender: "semaphore 2", utilisation: 0.1, failed: 0.0001 }]),
    ).toContain("| 10.0 / 0.10, **< 0.1 % lost** |");
  });

  it("tell how long jobs were passed over, and how fast a change was found", () => {
    const text = renderTables([{ ...RESULT, recoverySeconds: [5, null] }], []);
    expect(text).toContain("| T01 | 0.2 / 1.5 |");
    expect(text).toContain("| T01 | 5 / never |");
  });
});
