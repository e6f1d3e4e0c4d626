import { describe, expect, it } from "vitest";
import { jobOf } from "../../src/engine/job.ts";
import { mayHedgeMore, RecentLatencies, untilLate } from "../../src/engine/stragglers.ts";
import { requestOf } from "./planned-rows.ts";

function latencies(times: Iterable<number>): RecentLatencies {
  const seen = new RecentLatencies();
  for (const ms of times) seen.add(ms);
  return seen;
}

const spread = (count: number) => Array.from({ length: count }, (_, place) => 10 * (place + 1));

describe("an attempt is late", () => {
  it("beyond what 99 of 100 answers took, once there are a hundred", () => {
    expect(latencies(spread(99)).lateMs()).toBe(Number.POSITIVE_INFINITY);
    const usual = Array<number>(98).fill(100);
    expect(latencies([...usual, 5000, 900]).lateMs()).toBe(900);
    expect(latencies([...usual, 7000, 5000]).lateMs()).toBe(5000);
  });

  it("at twice the usual time at least, where all take nearly the same", () => {
    expect(latencies(spread(100).map((ms) => 1000 + ms / 10)).lateMs()).toBe(2100);
  });

  it("by the latest thousand answers only", () => {
    const seen = latencies([...spread(100).map((ms) => 1000 * ms), ...Array<number>(1000).fill(100)]);
    expect(seen.lateMs()).toBe(200);
  });
});

describe("the time until an attempt is late", () => {
  const place = { index: 0, line: 1, customId: null, offset: 0, length: 1, lane: "m" };
  const attempt = (more: Partial<Parameters<typeof untilLate>[0]> = {}) => ({
    ...{ job: jobOf(place, requestOf(0, {})), startedAt: 1000, written: true, inBody: false, overdue: null },
    ...more,
  });

  it("counts from its start, and is asked again where it is not on the wire yet", () => {
    expect(untilLate(attempt(), 500, 1200)).toBe(300);
    expect(untilLate(attempt(), 500, 9000)).toBe(0);
    expect(untilLate(attempt({ written: false }), 500, 9000)).toBe(500);
  });

  it("never comes for a body that has begun, for what is given up, or for a row with a second copy", () => {
    const hedged = { ...attempt().job, wasHedged: true };
    const overdue = { code: "timeout" as const, limitMs: 1 };
    for (const more of [{ inBody: true }, { job: hedged }, { overdue }])
      expect(untilLate(attempt(more), 500, 9000)).toBe(Number.POSITIVE_INFINITY);
  });
});

it("second copies are one, and one more for each twenty answers", () => {
  expect([mayHedgeMore(0, 0), mayHedgeMore(1, 0), mayHedgeMore(5, 100), mayHedgeMore(6, 100)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
