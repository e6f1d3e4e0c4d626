import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Alarm } from "../../src/engine/alarm.ts";
import { DeadlineWatch } from "../../src/engine/deadline-watch.ts";
import { DueQueue } from "../../src/engine/due-queue.ts";
import { Fifo } from "../../src/engine/fifo.ts";
import { virtualClock } from "../support/virtual-clock.ts";

describe("first in, first out", () => {
  it("gives back what an array would", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: null }), { maxLength: 2000, size: "max" }), (moves) => {
        const fifo = new Fifo<number>();
        const array: number[] = [];
        for (const move of moves) {
          if (move !== null) {
            fifo.push(move);
            array.push(move);
          } else expect(fifo.shift()).toBe(array.shift());
          expect(fifo.length).toBe(array.length);
          expect(fifo.peek()).toBe(array[0]);
        }
        expect(fifo.takeAll()).toEqual(array);
        expect(fifo.length).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe("items that wait for their time", () => {
  it("come out when they are due, the earliest first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.nat(1000), (times, now) => {
        const queue = new DueQueue<number>();
        for (const at of times) queue.put(at, at);
        const due: number[] = [];
        for (let item = queue.takeDue(now); item !== undefined; item = queue.takeDue(now)) due.push(item);
        const sorted = times.toSorted((one, other) => one - other);
        expect(due).toEqual(sorted.filter((at) => at <= now));
        const later = sorted.filter((at) => at > now);
        expect(queue.length).toBe(later.length);
        expect(queue.next()).toBe(later[0] ?? Number.POSITIVE_INFINITY);
        expect(queue.takeAll().toSorted((one, other) => one - other)).toEqual(later);
        expect(queue.next()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("may be very many: a burst of failures costs no time that grows with its square", () => {
    const queue = new DueQueue<number>();
    for (let item = 0; item < 200_000; item += 1) queue.put(item, (item * 7919) % 200_003);
    let last = -1;
    for (let item = queue.takeDue(1e9); item !== undefined; item = queue.takeDue(1e9)) {
      const at = (item * 7919) % 200_003;
      if (at < last) throw new Error(`${at} came after ${last}`);
      last = at;
    }
    expect(queue.length).toBe(0);
  });
});

describe("deadlines", () => {
  const startedAt = (time: number) => ({ startedAt: time, overdue: null });

  it("run out in the order of the starts; what ended by itself does not", () => {
    const watch = new DeadlineWatch(10);
    const [one, two, three] = [startedAt(0), startedAt(10), startedAt(20)];
    for (const at of [0, 10, 20]) watch.started(at);
    expect(watch.next()).toBe(10);
    const inFlight = new Set([one, two, three]);
    inFlight.delete(one);
    expect(watch.look(inFlight, 10)).toEqual([]);
    expect(watch.next()).toBe(20);
    expect(watch.look(inFlight, 19)).toEqual([]);
    expect(watch.look(inFlight, 30)).toEqual([two, three]);
    expect(watch.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it("do not run out twice while the end of what was given up is still to come", () => {
    const watch = new DeadlineWatch(10);
    const givenUp = { startedAt: 0, overdue: { code: "timeout" as const, limitMs: 10 } };
    const [second, third] = [startedAt(5), startedAt(8)];
    for (const at of [0, 5, 8]) watch.started(at);
    expect(watch.look([givenUp, second, third], 15)).toEqual([second]);
    expect(watch.next()).toBe(18);
  });

  it("need no look at all while attempts come and go in time", () => {
    const watch = new DeadlineWatch(1000);
    const unlooked: Iterable<never> = {
      [Symbol.iterator]: () => {
        throw new Error("looked at");
      },
    };
    for (let now = 0; now < 1000; now += 1) {
      watch.started(now);
      expect(watch.look(unlooked, now)).toEqual([]);
    }
    expect(watch.next()).toBe(1000);
  });
});

describe("the alarm", () => {
  it("rings once, at the time it was last set to", () => {
    const clock = virtualClock();
    const rang: number[] = [];
    const alarm = new Alarm(clock, () => rang.push(clock.now()));
    alarm.set(100);
    alarm.set(50);
    alarm.set(50);
    alarm.set(80);
    expect(clock.waiting()).toBe(1);
    clock.advance(1000);
    expect(rang).toEqual([80]);
  });

  it("can be set again from its own ring, and put off for ever", () => {
    const clock = virtualClock();
    const rang: number[] = [];
    const alarm = new Alarm(clock, () => {
      rang.push(clock.now());
      alarm.set(rang.length < 3 ? clock.now() + 10 : Number.POSITIVE_INFINITY);
    });
    alarm.set(10);
    clock.advance(1000);
    expect(rang).toEqual([10, 20, 30]);
    alarm.set(2000);
    alarm.set(Number.POSITIVE_INFINITY);
    expect(clock.waiting()).toBe(0);
  });
});
