import { describe, expect, it } from "vitest";
import { boundOf, boundOfArrivals, overshootOf, refuseUnboundedBudget } from "../../src/app/budget-bound.ts";
import type { RunRequest } from "../../src/app/run-request.ts";
import { emptyBook, totalsOf } from "../../src/ledger/book.ts";
import { usdToTicks } from "../../src/model/money.ts";
import type { ModelEstimate } from "../../src/plan/index.ts";

const totals = { ...totalsOf(emptyBook()), cost: 3, atRisk: 4 };
const estimate = (over: Partial<ModelEstimate>): ModelEstimate => ({
  ...{ rows: 1000, bodyBytes: 1, maxOutputTokens: 0, uncapped: 0, samples: 1000 },
  ...{ openEnded: 0, dearestOpenEnded: 0, unbounded: 0, ...over },
});
const request = (over: Partial<RunRequest>): RunRequest => ({
  ...{
    input: "in.jsonl",
    output: "out.jsonl",
    ledger: null,
    durability: "process",
    order: "input",
    params: {},
  },
  ...{ timeoutMs: 1, maxAttempts: 1, fresh: false, overwrite: false, retryFailed: false },
  ...{ retryUnknown: false, skipInvalid: false, stream: false, streamInput: false },
  ...{ hedge: false, dedupe: false, failOn: [] },
  ...over,
});
const dear = estimate({ openEnded: 1000, dearestOpenEnded: usdToTicks(2.5) });

describe("by how much a budget may be passed", () => {
  const boundBy = (over: Partial<RunRequest>, estimates: ModelEstimate[], todo = 1000) =>
    boundOf(request({ budget: usdToTicks(5), ...over }), totals, { estimates, todo });

  it("is nothing where every answer is capped, or the mode strict", () => {
    const capped = boundBy({}, [estimate({})]);
    expect(capped?.terms).toMatchObject({ spent: 7, mode: "learned" });
    expect(capped === null ? null : overshootOf(capped)).toBe(0);
    const strict = boundBy({ budgetMode: "strict" }, [dear]);
    expect(strict === null ? null : overshootOf(strict)).toBe(0);
    expect(boundBy({ budget: undefined }, [dear])).toBeNull();
  });

  it("is the dearest answer times those in flight at once: 64, -j, or the rows there are", () => {
    const inFlight = (over: Partial<RunRequest>, todo?: number) => boundBy(over, [dear], todo)?.openEnded;
    expect(inFlight({})).toBe(64);
    expect(inFlight({ maxConcurrent: 300 })).toBe(300);
    expect(inFlight({ maxConcurrent: 2 })).toBe(2);
    expect(inFlight({}, 5)).toBe(5);
    const bound = boundBy({ maxConcurrent: 2 }, [dear, estimate({ openEnded: 1, dearestOpenEnded: 9 })]);
    expect(bound === null ? null : overshootOf(bound)).toBe(usdToTicks(5));
  });

  it("is in a large run at most the budget once more", () => {
    const bound = boundBy({ budget: usdToTicks(1000) }, [dear]);
    expect(bound?.openEnded).toBe(400);
  });

  it("is unknown of rows that nobody has seen yet, unless the mode is strict", () => {
    const arriving = boundOfArrivals(request({ budget: 5 }), totals);
    expect(arriving === null ? 0 : overshootOf(arriving)).toBeNull();
    expect(boundOfArrivals(request({ budget: 5, budgetMode: "strict" }), totals)?.openEnded).toBe(0);
    expect(boundOfArrivals(request({}), totals)).toBeNull();
  });

  it("is unknown where nothing bounds a row, and a strict budget is refused then", () => {
    const open = estimate({ openEnded: 2, unbounded: 1, dearestOpenEnded: 9 });
    const bound = boundBy({}, [dear, open]);
    expect(bound === null ? 0 : overshootOf(bound)).toBeNull();
    expect(() => refuseUnboundedBudget(request({ budgetMode: "strict" }), [dear, open])).toThrow(
      /what 1 row/,
    );
    refuseUnboundedBudget(request({ budgetMode: "strict" }), [dear]);
    refuseUnboundedBudget(request({}), [open]);
  });
});
