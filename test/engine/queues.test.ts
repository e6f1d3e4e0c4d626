import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Alarm } from "../../src/engine/alarm.ts";
import { Deadlines } from "../../src/engine/deadlines.ts";
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
  const item = (deadline: number) => ({ deadline, ended: false });

  it("run out in order; what ended by itself does not", () => {
    const deadlines = new Deadlines<ReturnType<typeof item>>();
    const [one, two, three] = [item(10), item(20), item(30)];
    for (const each of [one, two, three]) deadlines.add(each);
    expect(deadlines.next()).toBe(10);
    one.ended = true;
    deadlines.ended();
    expect(deadlines.next()).toBe(20);
    expect(deadlines.expired(19)).toEqual([]);
    expect(deadlines.expired(30)).toEqual([two, three]);
    expect(deadlines.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it("hold no request that ended, however long the one before them takes", () => {
    const deadlines = new Deadlines<ReturnType<typeof item>>();
    const slow = item(1);
    deadlines.add(slow);
    for (let at = 2; at < 100_000; at += 1) {
      const quick = item(at);
      deadlines.add(quick);
      quick.ended = true;
      deadlines.ended();
    }
    expect(deadlines.length).toBeLessThan(3000);
    expect(deadlines.next()).toBe(1);
    expect(deadlines.expired(1e9)).toEqual([slow]);
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
