import { describe, expect, it } from "vitest";
import { Tally } from "../../bench/limits/tally.ts";
import { Timeline } from "../../bench/limits/timeline.ts";
import { job } from "./small-scenario.ts";

describe("the tally", () => {
  it("sets the time of the oracle against the last end, and counts only what was answered", () => {
    const tally = new Tally(2);
    const [good, bad] = [job(), job()];
    tally.sent(0, good);
    tally.sent(0, bad);
    tally.ended(1000, 0, good, 200, true);
    expect(tally.isOpen(10)).toBe(true);
    tally.ended(4000, 0, bad, 500, true);
    expect(tally.isOpen(10)).toBe(false);
    expect(tally.failedShare()).toBe(0.5);
    expect(tally.utilisation(3000)).toBe(0.375);
  });

  it("measures starvation from the first attempt to the one that was admitted", () => {
    const tally = new Tally(1);
    const only = job();
    tally.sent(100, only);
    tally.ended(160, 100, only, 429, false);
    tally.sent(700, only);
    tally.ended(1700, 700, only, 200, true);
    expect(tally.starvation()).toEqual({ p99Ms: 600, maxMs: 600 });
    expect(tally.rejectedShare()).toBe(0.5);
  });

  it("closes a run that only goes round in circles", () => {
    const tally = new Tally(1);
    for (let sent = 0; sent < 10; sent += 1) tally.sent(0, job());
    expect(tally.isOpen(10)).toBe(false);
  });
});

describe("the timeline", () => {
  it("finds when few are rejected, and when enough is admitted", () => {
    const timeline = new Timeline();
    for (let second = 0; second < 100; second += 1) {
      const isShort = second >= 30 && second < 60;
      for (let sent = 0; sent < (isShort ? 5 : 10); sent += 1) timeline.arrived(second * 1000, true);
      if (second >= 30 && second < 40) timeline.arrived(second * 1000, false);
    }
    const few = timeline.secondsToRecover({ atMs: 30_000, perSecond: 5, is: "fewer" });
    const enough = timeline.secondsToRecover({ atMs: 60_000, perSecond: 10, is: "more" });
    expect([few, enough]).toEqual([22, 12]);
  });

  it("says so when it never came back", () => {
    const timeline = new Timeline();
    for (let second = 0; second < 50; second += 1) timeline.arrived(second * 1000, true);
    expect(timeline.secondsToRecover({ atMs: 0, perSecond: 10, is: "more" })).toBeNull();
  });
});
