import { describe, expect, it } from "vitest";
import { LimitUse } from "../../src/limiter/limit-use.ts";
import type { Limit } from "../../src/model/limits.ts";

const TEN: Limit = { dimension: "requests", perWindow: 10, windowMs: 1000, source: "flag" };

describe("the share used since the first send", () => {
  it("is nothing before, then the share of what was allowed from the first send to the last", () => {
    const use = new LimitUse();
    expect(use.share(TEN)).toBe(0);
    for (let sent = 0; sent <= 50; sent += 1) use.add(5000 + 200 * sent, 1);
    expect(use.share(TEN)).toBeCloseTo(0.51);
  });

  it("counts each limit for as long as it held", () => {
    const use = new LimitUse();
    for (let sent = 0; sent < 100; sent += 1) use.add(100 * sent, 1);
    use.changed(10_000, TEN);
    const half = { ...TEN, perWindow: 5 };
    for (let sent = 0; sent <= 50; sent += 1) use.add(10_000 + 200 * sent, 1);
    expect(use.share(half)).toBeCloseTo(151 / 150);
  });
});
