import { describe, expect, it } from "vitest";
import { LimitUse } from "../../src/limiter/limit-use.ts";
import type { Limit } from "../../src/model/limits.ts";

const TEN: Limit = { dimension: "requests", perWindow: 10, windowMs: 1000, source: "flag" };

describe("the share used since the first send", () => {
  it("is nothing before, then the share of what was allowed from the first send to the last", () => {
    const use = new LimitUse();
    expect(use.share(TEN, 1)).toBe(0);
    for (let sent = 0; sent <= 50; sent += 1) use.add(5000 + 200 * sent, 1);
    expect(use.share(TEN, 1)).toBeCloseTo(51 / 101);
  });

  it("is no more than all of it where a burst went before an even pace", () => {
    const use = new LimitUse();
    use.add(0, 2);
    for (let sent = 1; sent <= 15; sent += 1) use.add(100 * sent, 1);
    expect(use.share(TEN, 2)).toBeCloseTo(1);
  });

  it("counts each limit for as long as it held", () => {
    const use = new LimitUse();
    for (let sent = 0; sent < 100; sent += 1) use.add(100 * sent, 1);
    use.changed(10_000, TEN);
    const half = { ...TEN, perWindow: 5 };
    for (let sent = 0; sent <= 50; sent += 1) use.add(10_000 + 200 * sent, 1);
    expect(use.share(half, 1)).toBeCloseTo(1);
  });
});
