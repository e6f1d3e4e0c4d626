import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "../../bench/limits/event-queue.ts";

describe("the queue of events", () => {
  it("gives them out by time, and equal ones in the order they were put in", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (times) => {
        const queue = new EventQueue<{ at: number; number: number }>();
        times.forEach((at, number) => {
          queue.put(at, { at, number });
        });
        const expected = times
          .map((at, number) => ({ at, number }))
          .sort((one, other) => one.at - other.at || one.number - other.number);
        expect(times.map(() => queue.take())).toEqual(expected);
        expect(queue.take()).toBeUndefined();
      }),
    );
  });

  it("stays in order while events are put in and taken out in turns", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 50 }), fc.boolean()), { maxLength: 200 }), (steps) => {
        const queue = new EventQueue<number>();
        const model: number[] = [];
        for (const [at, takes] of steps) {
          queue.put(at, at);
          model.push(at);
          model.sort((one, other) => one - other);
          expect(queue.next()).toBe(model[0]);
          if (takes) expect(queue.take()).toBe(model.shift());
        }
      }),
    );
  });

  it("has nothing to come when it is empty", () => {
    expect(new EventQueue().next()).toBe(Number.POSITIVE_INFINITY);
  });
});
