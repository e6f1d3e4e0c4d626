import { describe, expect, it } from "vitest";
import { counterOf } from "../../bench/limits/server/counter-of.ts";

const MINUTE = { dimension: "requests", perWindow: 60, windowMs: 60_000 } as const;

describe("a token bucket", () => {
  it("lets its burst through at once and then one each time the rate allows it", () => {
    const bucket = counterOf({ ...MINUTE, kind: "bucket", burst: 2 });
    bucket.take(0, 2);
    expect(bucket.wait(0, 1)).toBeCloseTo(1000);
    expect(bucket.wait(400, 1)).toBeCloseTo(600);
    expect(bucket.wait(1000, 1)).toBe(0);
  });

  it("may go below zero by what is charged late, and then takes longer", () => {
    const bucket = counterOf({ ...MINUTE, kind: "bucket", burst: 2 });
    bucket.take(0, 5);
    expect(bucket.remaining(0)).toBe(0);
    expect(bucket.wait(0, 1)).toBeCloseTo(4000);
    expect(bucket.resetMs(0)).toBeCloseTo(5000);
  });

  it("lets a cost beyond its burst pass when it is full", () => {
    const bucket = counterOf({ ...MINUTE, kind: "bucket", burst: 2 });
    expect(bucket.wait(0, 100)).toBe(0);
  });

  it("refills at half the rate, up to half the burst, where its limit is halved", () => {
    const bucket = counterOf({ ...MINUTE, kind: "bucket", burst: 2 });
    bucket.scale(0, 0.5);
    expect(bucket.limit()).toBe(30);
    expect(bucket.remaining(0)).toBe(1);
    bucket.take(0, 1);
    expect(bucket.wait(0, 1)).toBeCloseTo(2000);
  });
});

describe("a fixed window", () => {
  it("begins anew at multiples of the window from its phase on", () => {
    const window = counterOf({ ...MINUTE, kind: "fixed", phaseMs: 20_000 });
    window.take(1000, 60);
    expect(window.wait(1000, 1)).toBe(39_000);
    expect(window.wait(40_000, 1)).toBe(0);
    expect(window.remaining(40_000)).toBe(60);
  });

  it("counts what was taken against a limit that was lowered since", () => {
    const window = counterOf({ ...MINUTE, kind: "fixed", phaseMs: 0 });
    window.take(0, 40);
    window.scale(1000, 0.5);
    expect(window.wait(1000, 1)).toBe(59_000);
  });
});

describe("a sliding log", () => {
  it("has room again when as many have left as are too many", () => {
    const log = counterOf({ ...MINUTE, perWindow: 2, kind: "sliding" });
    for (const at of [0, 1000, 2000]) log.take(at, 1);
    expect(log.wait(2000, 1)).toBe(59_000);
    expect(log.resetMs(2000)).toBe(58_000);
    expect(log.wait(61_000, 1)).toBe(0);
    expect(log.remaining(62_000)).toBe(2);
  });

  it("keeps counting after it has thrown away the oldest", () => {
    const log = counterOf({ ...MINUTE, perWindow: 5, windowMs: 1000, kind: "sliding" });
    let full = 0;
    for (let at = 0; at < 5_000_000; at += 200) {
      if (log.wait(at, 1) > 0) full += 1;
      log.take(at, 1);
    }
    expect(full).toBe(0);
    expect(log.wait(4_999_900, 1)).toBe(100);
  });
});
