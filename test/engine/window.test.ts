import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { jobOf } from "../../src/engine/job.ts";
import { LaneWork } from "../../src/engine/lane-work.ts";
import { LookAhead } from "../../src/engine/look-ahead.ts";
import { Recorder } from "../../src/engine/recorder.ts";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { AttemptRecord } from "../../src/model/ledger.ts";
import { virtualClock } from "../support/virtual-clock.ts";

const job = (index: number, bytes = 10) =>
  jobOf(
    { index, line: index + 1, customId: null, offset: 0, length: 0, lane: "m" },
    { path: "/p", model: "m", body: new Uint8Array(bytes), maxTokens: null, samples: 1 },
  );
const lane = () => new LaneWork("m", createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [] }));
const ready = (work: LaneWork, index: number, goesAgain = false, bytes = 10) => {
  const one = job(index, bytes);
  work.prepare(one, goesAgain);
  work.prepared(one, goesAgain, true);
};

function next(work: LaneWork) {
  const one = work.peek();
  if (one !== undefined) work.take(one);
  return one;
}

describe("the look-ahead", () => {
  it("begins small", () => {
    expect(new LookAhead().size).toBe(4);
  });

  it("holds what is sent while the disk works twice", () => {
    const ahead = new LookAhead();
    for (let disk = 0; disk < 20; disk += 1) ahead.durable(10);
    for (let now = 0; now < 2000; now += 2) ahead.sent(now);
    // Half a request per millisecond, twice 10 ms and a little.
    expect(ahead.size).toBeGreaterThanOrEqual(12);
    expect(ahead.size).toBeLessThanOrEqual(24);
  });

  it("doubles once per trip to the disk when a send found nothing ready, up to its bound", () => {
    const ahead = new LookAhead();
    ahead.starved();
    ahead.starved();
    ahead.durable(5);
    expect(ahead.size).toBe(8);
    ahead.durable(5);
    expect(ahead.size).toBe(8);
    for (let trip = 0; trip < 20; trip += 1) {
      ahead.starved();
      ahead.durable(5);
    }
    expect(ahead.size).toBe(1024);
  });

  it("shrinks slowly when less is needed", () => {
    const ahead = new LookAhead();
    for (let trip = 0; trip < 8; trip += 1) {
      ahead.starved();
      ahead.durable(1);
    }
    const before = ahead.size;
    for (let now = 0; now < 10_000; now += 100) ahead.sent(now);
    expect(ahead.size).toBeLessThan(before / 4);
  });
});

describe("a lane's rows", () => {
  it("that go again overtake the others, and have room of their own", () => {
    const work = lane();
    for (const index of [0, 1, 2, 3]) ready(work, index);
    expect(work.wanted()).toBe(0);
    work.putAgain(job(9), 0, 0);
    const again = work.takeAgain(0, true);
    expect(again?.index).toBe(9);
    if (again !== undefined) work.prepare(again, true);
    if (again !== undefined) work.prepared(again, true, true);
    expect(next(work)?.index).toBe(9);
    expect(next(work)?.index).toBe(0);
  });

  it("wait until they are due", () => {
    const work = lane();
    work.putAgain(job(1), 500, 100);
    expect(work.nextDue(true)).toBe(500);
    expect(work.takeAgain(499, true)).toBeUndefined();
    expect(work.isBusy()).toBe(true);
    expect(work.takeAgain(500, true)?.index).toBe(1);
    expect(work.nextDue(true)).toBe(Number.POSITIVE_INFINITY);
  });

  it("are asked for in batches, when a good part of the window is free", () => {
    const work = lane();
    for (let trip = 0; trip < 6; trip += 1) {
      work.lookAhead.starved();
      work.lookAhead.durable(1);
    }
    const { size } = work.lookAhead;
    expect(work.wanted()).toBe(size);
    for (let index = 0; index < size; index += 1) ready(work, index);
    next(work);
    expect(work.wanted()).toBe(0);
    for (let taken = 1; taken < size / 4; taken += 1) next(work);
    expect(work.wanted()).toBe(size / 4);
  });

  it("are no more than so many bytes", () => {
    const work = lane();
    ready(work, 0, false, 40 * 1024 * 1024);
    expect(work.wanted()).toBe(0);
    next(work);
    expect(work.wanted()).toBe(4);
  });

  it("are busy until the last record is durable, and still then", () => {
    const work = lane();
    expect(work.isBusy()).toBe(false);
    work.recording += 1;
    expect(work.isBusy()).toBe(true);
    expect(work.isStill()).toBe(false);
    work.recording -= 1;
    expect(work.isBusy()).toBe(false);
    ready(work, 0);
    expect(work.isStill()).toBe(true);
    expect(work.takeReady().map(({ index }) => index)).toEqual([0]);
    work.putAgain(job(1), 0, 0);
    work.putAgain(job(2), 10, 0);
    expect(work.takeWaiting().map(({ index }) => index)).toEqual([1, 2]);
    expect(work.isBusy()).toBe(false);
  });
});

describe("the recorder", () => {
  const record = (index: number) => ({ index }) as AttemptRecord;
  const watched = () => {
    const calls: string[] = [];
    const write = (verb: string) => async (items: readonly { index: number }[]) => {
      calls.push(`${verb} ${items.map(({ index }) => index)}`);
    };
    const ledger = { settle: write("settle"), skip: write("skip"), intend: write("intend") };
    return { calls, ledger: ledger as never };
  };
  const nothing = () => {};

  it("makes one call of each kind for what happens within a turn, records first", async () => {
    const { calls, ledger } = watched();
    const recorder = new Recorder(ledger, virtualClock(), nothing);
    recorder.intend({ index: 1, atRisk: null, wallTime: 0 }, nothing);
    recorder.skip({ index: 2, error: { code: "c", message: "m" } }, nothing);
    recorder.settle(record(3), nothing);
    recorder.intend({ index: 4, atRisk: null, wallTime: 0 }, nothing);
    await recorder.idle();
    expect(calls).toEqual(["settle 3", "skip 2", "intend 1,4"]);
  });

  it("is idle when nothing is on its way, also not what a durable record brought about", async () => {
    const { calls, ledger } = watched();
    const recorder = new Recorder(ledger, virtualClock(), nothing);
    recorder.settle(record(1), () => recorder.settle(record(2), nothing));
    await recorder.idle();
    expect(calls).toEqual(["settle 1", "settle 2"]);
    await recorder.idle();
  });

  it("tells a failure, and does not hang", async () => {
    const failures: unknown[] = [];
    const ledger = { settle: () => Promise.reject(new Error("gone")) };
    const recorder = new Recorder(ledger as never, virtualClock(), (error) => failures.push(error));
    let durable = false;
    recorder.settle(record(1), () => {
      durable = true;
    });
    await recorder.idle();
    await setImmediate();
    expect(failures).toHaveLength(1);
    expect(durable).toBe(false);
  });
});
