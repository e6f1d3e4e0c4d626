import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RetryBudget } from "../../src/engine/retry-budget.ts";

const takes = (budget: RetryBudget, times: number) =>
  Array.from({ length: times }, () => budget.take()).filter(Boolean).length;

describe("the retry budget", () => {
  it("begins with ten retries", () => {
    expect(takes(new RetryBudget(), 100)).toBe(10);
  });

  it("earns one retry with ten successes, and keeps fifty at most", () => {
    const budget = new RetryBudget();
    takes(budget, 10);
    for (let success = 0; success < 10; success += 1) budget.succeeded();
    expect(takes(budget, 100)).toBeGreaterThanOrEqual(0);
    for (let success = 0; success < 10_000; success += 1) budget.succeeded();
    expect(takes(budget, 100)).toBe(50);
  });

  it("never lets more through than ten and a tenth of the successes, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 500, size: "max" }), (successes) => {
        const budget = new RetryBudget();
        let taken = 0;
        let succeeded = 0;
        for (const isSuccess of successes) {
          if (isSuccess) {
            budget.succeeded();
            succeeded += 1;
          } else if (budget.take()) taken += 1;
          expect(taken).toBeLessThanOrEqual(10 + succeeded / 10);
        }
      }),
    );
  });
});
