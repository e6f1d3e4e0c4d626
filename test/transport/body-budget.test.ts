import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyBudget, type BodyReader } from "../../src/transport/body-budget.ts";
import { virtualClock } from "../support/virtual-clock.ts";

/** A body of known length that arrives in pieces of ten bytes while it is not paused. */
class Reader implements BodyReader {
  heldBytes = 0;
  promisedBytes = 0;
  favoured = false;
  paused = false;
  done = false;
  received = 0;
  readonly length: number;
  readonly budget: BodyBudget;

  constructor(length: number, budget: BodyBudget) {
    this.length = length;
    this.budget = budget;
  }

  remainingBytes(): number {
    return this.length - this.received;
  }

  pauseReading(): void {
    this.paused = true;
  }

  resumeReading(): void {
    this.paused = false;
  }

  read(): void {
    if (this.done || this.paused) return;
    const bytes = Math.min(10, this.remainingBytes());
    this.received += bytes;
    this.budget.take(this, bytes);
    if (this.received < this.length) return;
    this.done = true;
    this.budget.release(this);
  }
}

describe("the byte budget", () => {
  test("pauses nobody while there is room", () => {
    const budget = new BodyBudget(virtualClock(), 1_000);
    const readers = Array.from({ length: 4 }, () => new Reader(100, budget));
    for (let round = 0; round < 9; round++) for (const reader of readers) reader.read();
    expect(readers.some(({ paused }) => paused)).toBe(false);
    expect(budget.heldBytes).toBe(360);
  });

  test("counts bodies that are kept elsewhere, and lets others read on when they are gone", () => {
    const budget = new BodyBudget(virtualClock(), 200);
    const readers = [new Reader(60, budget), new Reader(60, budget)];
    budget.keep(90);
    for (let round = 0; round < 3; round++) for (const reader of readers) reader.read();
    expect(readers.filter(({ paused }) => paused)).toHaveLength(1);
    budget.letGo(90);
    expect(readers.some(({ paused }) => paused)).toBe(false);
    while (readers.some(({ done }) => !done)) for (const reader of readers) reader.read();
    expect(budget.heldBytes).toBe(0);
  });

  test("reads nothing more where whole bodies that are kept fill their half, until some are gone", () => {
    const clock = virtualClock();
    const budget = new BodyBudget(clock, 200);
    const readers = [new Reader(150, budget), new Reader(150, budget)];
    budget.keep(120);
    for (let round = 0; round < 20; round++) for (const reader of readers) reader.read();
    clock.advance(5_000);
    expect(readers.map(({ paused }) => paused)).toEqual([true, true]);
    budget.letGo(120);
    while (readers.some(({ done }) => !done)) for (const reader of readers) reader.read();
    expect(budget.heldBytes).toBe(0);
  });

  test("brings every body home, holds no more than its limit and one body, and ends empty", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }), (lengths) => {
        const limit = 400;
        const budget = new BodyBudget(virtualClock(), limit);
        const readers = lengths.map((length) => new Reader(length, budget));
        let most = 0;
        for (let round = 0; readers.some(({ done }) => !done); round++) {
          if (round > 40 * 31) throw new Error("stands still");
          for (const reader of readers) {
            reader.read();
            most = Math.max(most, budget.heldBytes);
          }
        }
        expect(most).toBeLessThanOrEqual(limit + Math.max(...lengths) + 10 * lengths.length);
        expect(budget.heldBytes).toBe(0);
      }),
    );
  });

  test("lets another through when the favoured one stands still", () => {
    const clock = virtualClock();
    const budget = new BodyBudget(clock, 100);
    const stalled = new Reader(1_000, budget);
    const next = new Reader(1_000, budget);
    for (let i = 0; i < 6; i++) stalled.read();
    next.read();
    expect([stalled.paused, next.paused]).toEqual([false, true]);
    clock.advance(1_000);
    expect(next.paused).toBe(false);
  });

  test("forgets a paused reader that ended, and frees the rest", () => {
    const budget = new BodyBudget(virtualClock(), 100);
    const [first, second, third] = [0, 1, 2].map(() => new Reader(1_000, budget));
    for (let i = 0; i < 6; i++) first?.read();
    second?.read();
    third?.read();
    if (second !== undefined) budget.release(second);
    if (first !== undefined) budget.release(first);
    expect([second?.paused, third?.paused]).toEqual([true, false]);
    expect(budget.heldBytes).toBe(10);
  });
});
