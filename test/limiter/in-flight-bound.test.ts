import { describe, expect, it } from "vitest";
import { InFlightBound } from "../../src/limiter/in-flight-bound.ts";
import { ANSWERED } from "./drive.ts";

describe("the bound on requests in flight", () => {
  it("follows twice the rate times the latency once a rate is known, and is never below 8,192", () => {
    const bound = new InFlightBound();
    expect(bound.most(0.05)).toBe(8192);
    for (let sent = 0; sent < 64; sent += 1) bound.ended(sent, sent, 10, { ...ANSWERED, latencyMs: 60_000 });
    expect(bound.most(0.5)).toBe(60_010);
    expect(bound.expected(0, 0.05)).toBe(6010);
  });

  it("begins with 16 and grows by two for each that was not turned away, to 1,024 without an answer", () => {
    const bound = new InFlightBound();
    expect(bound.most(null)).toBe(16);
    for (let sent = 0; sent < 16; sent += 1) bound.sent(0, sent);
    expect(bound.growsInMs(100)).toBe(500);
    expect(bound.most(null)).toBe(16);
    bound.growsInMs(600);
    expect(bound.most(null)).toBe(18);
    bound.growsInMs(1200);
    expect(bound.most(null)).toBe(48);
    for (let sent = 16; sent < 2000; sent += 1) bound.sent(1300 + sent * 3, sent);
    bound.growsInMs(10_000);
    bound.growsInMs(20_000);
    expect(bound.most(null)).toBe(1024);
    expect(bound.growsInMs(20_000)).toBe(Number.POSITIVE_INFINITY);
    bound.ended(21_000, 0, 1024, ANSWERED);
    expect(bound.most(null)).toBeGreaterThan(2000);
  });
});
