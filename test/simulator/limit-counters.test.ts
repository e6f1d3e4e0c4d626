import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFixedWindow } from "../../src/simulator/fixed-window.ts";
import type { LimitCounter } from "../../src/simulator/limit-counter.ts";
import { createSlidingWindow } from "../../src/simulator/sliding-window.ts";
import { createTokenBucket } from "../../src/simulator/token-bucket.ts";

/** Takes as many requests as fit at one instant. */
function drain(counter: LimitCounter, now: number): number {
  let taken = 0;
  while (taken < 100_000 && counter.waitFor(now, 1) === 0) {
    counter.take(now, 1);
    taken += 1;
  }
  return taken;
}

const KINDS: readonly (readonly [string, (limit: number, windowMs: number) => LimitCounter])[] = [
  ["a token bucket", (limit, windowMs) => createTokenBucket(limit, windowMs, windowMs)],
  ["a fixed window", createFixedWindow],
  ["a sliding window", createSlidingWindow],
];

describe.each(KINDS)("%s", (_name, create) => {
  it("admits its whole limit at once and not one more", () => {
    expect(drain(create(37, 1000), 5000)).toBe(37);
  });

  it("admits after exactly the wait it tells, and not before", () => {
    const counter = create(10, 1000);
    drain(counter, 250);
    const wait = counter.waitFor(250, 1);
    expect(wait).toBeGreaterThan(0);
    expect(counter.waitFor(250 + wait - 0.01, 1)).toBeGreaterThan(0);
    expect(counter.waitFor(250 + wait, 1)).toBe(0);
  });

  it("lets a request pass that is larger than the whole limit, once nothing else counts", () => {
    const counter = create(1000, 60_000);
    expect(counter.waitFor(0, 5000)).toBe(0);
    counter.take(0, 5000);
    expect(counter.waitFor(1, 1)).toBeGreaterThan(0);
  });

  it("gives back what was reserved and not used", () => {
    const counter = create(1000, 60_000);
    counter.take(10, 900);
    expect(counter.waitFor(20, 500)).toBeGreaterThan(0);
    counter.refund(20, 10, 800);
    expect(counter.waitFor(20, 500)).toBe(0);
  });

  it("counts what is taken beyond the limit", () => {
    const counter = create(1000, 60_000);
    counter.take(0, 900);
    counter.take(0, 600);
    expect(counter.used(0)).toBeGreaterThanOrEqual(1000);
    expect(counter.waitFor(0, 1)).toBeGreaterThan(0);
  });

  it("says at the wait it tells, for any traffic, that the request passes", () => {
    const traffic = fc.array(
      fc.record({ gapMs: fc.integer({ min: 0, max: 900 }), amount: fc.integer({ min: 1, max: 12 }) }),
    );
    fc.assert(
      fc.property(traffic, fc.integer({ min: 1, max: 20 }), (steps, amount) => {
        const counter = create(10, 1000);
        let now = 0;
        for (const step of steps) {
          now += step.gapMs;
          if (counter.waitFor(now, step.amount) === 0) counter.take(now, step.amount);
        }
        let wait = counter.waitFor(now, amount);
        // A fixed window may be left over-full by a request larger than itself; one more window settles it.
        if (counter.waitFor(now + wait, amount) > 0) wait += counter.waitFor(now + wait, amount);
        expect(counter.waitFor(now + wait + 0.001, amount)).toBe(0);
      }),
    );
  });
});

describe("a sliding window", () => {
  it("never refuses a client that paces exactly", () => {
    const counter = createSlidingWindow(37, 1000);
    for (let second = 0; second < 100; second++) expect(drain(counter, second * 1000)).toBe(37);
  });

  it("never admits more than the limit in any window, whatever the traffic", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 300 }), (gaps) => {
        const counter = createSlidingWindow(5, 1000);
        const admitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (counter.waitFor(now, 1) > 0) continue;
          counter.take(now, 1);
          admitted.push(now);
        }
        for (const end of admitted) {
          expect(admitted.filter((at) => at > end - 1000 && at <= end).length).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it("keeps counting right over a long run", () => {
    const counter = createSlidingWindow(500, 1000);
    let admitted = 0;
    for (let now = 0; now < 60_000; now++) admitted += drain(counter, now);
    expect(admitted).toBe(500 * 60);
  });
});

describe("a fixed window", () => {
  it("admits twice its limit around a boundary", () => {
    const counter = createFixedWindow(10, 1000);
    expect(drain(counter, 1999)).toBe(10);
    expect(drain(counter, 2000)).toBe(10);
  });
});

describe("a token bucket", () => {
  it("holds no more than its burst after a long rest", () => {
    const counter = createTokenBucket(600, 60_000, 6000);
    expect(drain(counter, 0)).toBe(60);
    expect(drain(counter, 1000)).toBe(10);
    expect(drain(counter, 600_000)).toBe(60);
  });
});
