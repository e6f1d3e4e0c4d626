import { describe, expect, it } from "vitest";
import { createClock } from "../../src/model/clock.ts";
import { virtualClock } from "../support/virtual-clock.ts";

const HOUR_MS = 3_600_000;

/** A machine that can sleep: its timers and its monotonic time stand still meanwhile. */
function machine() {
  const awake = virtualClock();
  let slept = 0;
  const delays: number[] = [];
  const clock = createClock({
    monotonic: awake.now,
    sinceBoot: () => 5 * HOUR_MS + awake.now() + slept,
    wall: awake.wall,
    timer(delayMs, ring) {
      delays.push(delayMs);
      return awake.after(delayMs, ring);
    },
  });
  return {
    clock,
    delays,
    awake,
    sleep: (ms: number) => {
      slept += ms;
    },
  };
}

describe("the machine's clock", () => {
  it("wakes whoever waits at the right time, also beyond Node's longest timer", () => {
    const { clock, awake, delays } = machine();
    let wokeAt = -1;
    clock.after(40 * 24 * HOUR_MS, () => {
      wokeAt = awake.now();
    });
    while (wokeAt < 0 && awake.step());
    expect(wokeAt).toBe(40 * 24 * HOUR_MS);
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
  });

  it("counts what the machine slept through: a wait of three hours is over when three hours have passed", () => {
    const { clock, awake, sleep } = machine();
    let woke = false;
    clock.after(3 * HOUR_MS, () => {
      woke = true;
    });
    awake.advance(HOUR_MS);
    const before = clock.now();
    sleep(2 * HOUR_MS);
    expect(woke).toBe(false);
    awake.advance(60_000);
    expect(woke).toBe(true);
    expect(clock.now() - before).toBe(2 * HOUR_MS + 60_000);
  });

  it("takes no small difference between two ways to tell the time for sleep", () => {
    const { clock, awake, sleep } = machine();
    clock.after(HOUR_MS, () => {});
    sleep(900);
    awake.advance(120_000);
    expect(clock.now()).toBe(120_000);
  });

  it("can be told not to wake, at any moment of a long wait", () => {
    const { clock, awake } = machine();
    const cancel = clock.after(HOUR_MS, () => expect.unreachable());
    awake.advance(HOUR_MS / 2);
    cancel();
    awake.advance(HOUR_MS);
    expect(awake.waiting()).toBe(0);
  });
});
