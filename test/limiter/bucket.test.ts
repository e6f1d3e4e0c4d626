import { describe, expect, it } from "vitest";
import { Bucket } from "../../src/limiter/bucket.ts";

describe("a bucket", () => {
  it("starts full, tells how long until there is enough, and fills no further than its capacity", () => {
    const bucket = new Bucket(0.01, 5, 100);
    expect(bucket.wait(0, 5)).toBe(0);
    bucket.charge(0, 5);
    expect(bucket.wait(0, 1)).toBe(100);
    expect(bucket.wait(60, 1)).toBe(40);
    expect(bucket.wait(100, 1)).toBe(0);
    expect(bucket.level(1e9)).toBe(5);
  });

  it("never owes more than its debt limit, so that nothing waits for days", () => {
    const bucket = new Bucket(0.01, 5, 100);
    for (let charge = 0; charge < 10; charge += 1) bucket.charge(0, 1e15);
    expect(bucket.level(0)).toBe(-100);
    expect(bucket.wait(0, 1)).toBe(10_100);
  });

  it("that is drained keeps its debt and loses its credit", () => {
    const bucket = new Bucket(0.01, 5, 100);
    bucket.drain(0);
    expect(bucket.level(0)).toBe(0);
    bucket.charge(0, 3);
    bucket.drain(0);
    expect(bucket.level(0)).toBe(-3);
  });
});
