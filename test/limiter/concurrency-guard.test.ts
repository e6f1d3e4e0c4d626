import { describe, expect, it } from "vitest";
import { ConcurrencyGuard, isOverload } from "../../src/limiter/concurrency-guard.ts";
import type { Feedback } from "../../src/model/limiter.ts";
import { ANSWERED, throttled } from "./drive.ts";

const OVERLOADED: Feedback = { ...ANSWERED, kind: "overloaded" };
const TIMED_OUT: Feedback = { ...ANSWERED, kind: "timed-out" };

describe("the concurrency guard", () => {
  it("does not bound anything while answers come", () => {
    const guard = new ConcurrencyGuard();
    for (let sent = 0; sent < 100; sent += 1) guard.ended(ANSWERED, sent, sent + 50, 50);
    expect(guard.most).toBe(Number.POSITIVE_INFINITY);
  });

  it("cuts a fifth once per round, and grows back 5 % per round of answers that uses it", () => {
    const guard = new ConcurrencyGuard();
    for (let sent = 0; sent < 100; sent += 1) guard.ended(OVERLOADED, sent, 99, 100);
    expect(guard.most).toBe(80);
    for (let sent = 100; sent < 180; sent += 1) guard.ended(ANSWERED, sent, 260, 80);
    expect(guard.most).toBeCloseTo(84);
    for (let sent = 180; sent < 260; sent += 1) guard.ended(ANSWERED, sent, 260, 20);
    expect(guard.most).toBeCloseTo(84);
  });

  it("never goes below one, and three cuts without an answer are an outage", () => {
    const guard = new ConcurrencyGuard();
    for (let sent = 0; sent < 50; sent += 1) {
      expect(guard.isOutage()).toBe(sent >= 3);
      guard.ended(OVERLOADED, sent, sent, 1);
    }
    expect(guard.most).toBe(1);
    guard.ended(ANSWERED, 50, 50, 1);
    expect(guard.isOutage()).toBe(false);
  });

  it("grows from one as well", () => {
    const guard = new ConcurrencyGuard();
    guard.ended(OVERLOADED, 0, 0, 1);
    for (let sent = 1; sent <= 25; sent += 1) guard.ended(ANSWERED, sent, sent, Math.floor(guard.most));
    expect(guard.most).toBeGreaterThan(2);
  });

  it("is soon back where it was after an outage, and a fifth lower where it is turned away on the way", () => {
    const guard = new ConcurrencyGuard();
    guard.ended(OVERLOADED, 0, 0, 100);
    guard.ended(ANSWERED, 1, 1, 80);
    for (let sent = 2; sent < 50; sent += 1) guard.ended(OVERLOADED, sent, sent, 80);
    expect(guard.most).toBe(1);
    const rounds = (last: number) => {
      for (let round = 0; round < last; round += 1) {
        const answers = Math.floor(guard.most);
        for (let answer = 0; answer < answers; answer += 1) {
          guard.ended(ANSWERED, 50, 50, Math.floor(guard.most));
        }
      }
    };
    rounds(5);
    expect(guard.most).toBe(32);
    guard.ended(OVERLOADED, 51, 51, 32);
    rounds(2);
    expect(guard.most).toBeGreaterThan(60);
    expect(guard.most).toBeLessThan(80);
  });

  it("forgives one timeout among many answers, not two in a row", () => {
    const guard = new ConcurrencyGuard();
    for (let sent = 0; sent < 1000; sent += 1)
      guard.ended(sent % 100 === 0 ? TIMED_OUT : ANSWERED, sent, 2000, 50);
    expect(guard.most).toBe(Number.POSITIVE_INFINITY);
    guard.ended(TIMED_OUT, 1001, 2000, 50);
    guard.ended(TIMED_OUT, 1002, 2000, 50);
    expect(guard.most).toBe(40);
  });

  it("takes a 429 about capacity for overload, and one about a rate not", () => {
    expect(isOverload(throttled({ reason: "capacity" }))).toBe(true);
    expect(isOverload(throttled({ reason: "rate" }))).toBe(false);
  });
});
