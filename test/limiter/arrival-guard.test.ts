import { describe, expect, it } from "vitest";
import { ArrivalGuard } from "../../src/limiter/arrival-guard.ts";

describe("the guard beside a window", () => {
  it("is 40 ms while both sides are cold, then 8 ms of a second and 120 ms of a minute", () => {
    const second = new ArrivalGuard(1000);
    expect(second.guardMs(0)).toBe(40);
    second.sent(0);
    expect(second.guardMs(1999)).toBe(40);
    expect(second.guardMs(3000)).toBe(8);
    const minute = new ArrivalGuard(60_000);
    expect(minute.guardMs(0)).toBe(120);
  });

  it("grows with each rejection up to a twelfth of the window, and shrinks again by half in two minutes", () => {
    const guard = new ArrivalGuard(60_000);
    guard.sent(0);
    guard.guardMs(3000);
    guard.rejected(4000);
    expect(guard.guardMs(4001)).toBeCloseTo(240, -1);
    for (let at = 5000; at < 100_000; at += 1000) guard.rejected(at);
    const most = guard.guardMs(100_000);
    expect(most).toBeLessThanOrEqual(4800);
    expect(most).toBeGreaterThan(4000);
    expect(guard.guardMs(1_000_000)).toBeLessThan(200);
  });
});
