import { expect, it } from "vitest";
import { SlowestRows } from "../../src/observe/slowest-rows.ts";

it("names the three slowest rows, the slowest first, as OUTPUT names them", () => {
  const slowest = new SlowestRows();
  for (const [index, ms] of [500, 90, 700, 10, 600, 700].entries()) {
    slowest.add({ line: index + 1, customId: index === 4 ? "fifth" : null }, ms);
  }
  expect(slowest.view()).toEqual([
    { label: "request-3", ms: 700 },
    { label: "request-6", ms: 700 },
    { label: "fifth", ms: 600 },
  ]);
});
