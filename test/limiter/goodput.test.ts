import { describe, expect, it } from "vitest";
import { Goodput } from "../../src/limiter/goodput.ts";

function send(goodput: Goodput, from: number, count: number, everyMs: number): void {
  for (let sent = 0; sent < count; sent += 1) goodput.sent(from + sent * everyMs);
}

describe("goodput", () => {
  it("is what was taken between two episodes by the time between, the pause and what was turned away included", () => {
    const goodput = new Goodput();
    send(goodput, 0, 100, 80);
    for (let away = 0; away < 20; away += 1) goodput.turnedAway();
    expect(goodput.cycle(10_000, 20)).toBeCloseTo(0.008);
  });

  it("says nothing of a cycle that is too short or too small", () => {
    const goodput = new Goodput();
    send(goodput, 0, 100, 10);
    expect(goodput.cycle(4000, 20)).toBeNull();
    expect(goodput.cycle(6000, 200)).toBeNull();
  });

  it("weighs a short cycle together with those before: debt that is paid back is no lower limit", () => {
    const goodput = new Goodput();
    expect(goodput.overall(0)).toBeNull();
    send(goodput, 0, 400, 100);
    goodput.settle(0.01, 0);
    goodput.restart(40_000, 0);
    send(goodput, 40_000, 10, 100);
    expect(goodput.overall(60_000)).toBeCloseTo(410 / 60_000);
  });

  it("believes a higher measure when it is sure, a lower one as far as it weighs", () => {
    const goodput = new Goodput();
    send(goodput, 0, 30, 200);
    goodput.cycle(6000, 20);
    expect(goodput.settle(0.005, 0)).toBe(false);
    expect(goodput.best).toBe(0.005);
    expect(goodput.settle(0.003, 0)).toBe(false);
    expect(goodput.best).toBeCloseTo(0.004);
    send(goodput, 6000, 300, 100);
    goodput.cycle(36_000, 20);
    expect(goodput.settle(0.01, 0)).toBe(true);
    expect(goodput.best).toBe(0.01);
  });
});
