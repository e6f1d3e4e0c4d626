import { describe, expect, it } from "vitest";
import { ArrivalGuard } from "../../src/limiter/arrival-guard.ts";

describe("the guard beside a window", () => {
  it("is 40 ms while both sides are cold, then 5 ms of a second and 120 ms of a minute", () => {
    const second = new ArrivalGuard(1000, 100);
    expect(second.guardMs(0)).toBe(40);
    second.sent(0);
    expect(second.guardMs(1999)).toBe(40);
    expect(second.guardMs(3000)).toBe(5);
    const minute = new ArrivalGuard(60_000, 600);
    expect(minute.guardMs(0)).toBe(120);
  });

  it.each([
    [500, 5],
    [50, 8],
    [37, 10],
    [1, 10],
  ])("is at first the longer the fewer are sent in a second: for %d it is %d ms", (perSecond, ms) => {
    const guard = new ArrivalGuard(1000, perSecond);
    guard.sent(0);
    expect(guard.guardMs(3000)).toBe(ms);
  });

  it("leaves half of itself to sends that come late, and nothing while both sides are cold", () => {
    const guard = new ArrivalGuard(1000, 100);
    guard.sent(0);
    expect(guard.leastMs(1000)).toBe(40);
    expect(guard.leastMs(3000)).toBe(2.5);
  });

  it("grows with rejections up to a sixth of the window, and is given back by what is sent", () => {
    const guard = new ArrivalGuard(1000, 100);
    guard.sent(0);
    guard.rejected();
    const once = guard.guardMs(3000);
    expect(once).toBeGreaterThan(6);
    for (let rejection = 0; rejection < 1000; rejection += 1) guard.rejected();
    expect(guard.guardMs(3000)).toBe(160);
    expect(guard.isExhausted()).toBe(true);
    for (let sent = 0; sent < 100_000; sent += 1) guard.sent(3000);
    expect(guard.guardMs(3000)).toBe(5);
    expect(guard.isExhausted()).toBe(false);
  });

  it("stays where it is while one in four hundred is turned away", () => {
    const guard = new ArrivalGuard(1000, 500);
    for (let rejection = 0; rejection < 100; rejection += 1) guard.rejected();
    const before = guard.guardMs(0);
    for (let round = 0; round < 100; round += 1) {
      for (let sent = 0; sent < 400; sent += 1) guard.sent(0);
      guard.rejected();
    }
    expect(guard.guardMs(0)).toBeCloseTo(before, 6);
  });
});
