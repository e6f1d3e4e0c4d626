import { describe, expect, it } from "vitest";
import { Passing } from "../../src/engine/passing.ts";

describe("others of a lane", () => {
  it("pass once three requests that were sent since then are answered", () => {
    const passing = new Passing();
    expect(passing.since(100)).toBe(false);
    for (const sentAt of [100, 101]) passing.answered(sentAt, sentAt + 10);
    expect(passing.since(100)).toBe(false);
    passing.answered(102, 112);
    expect(passing.since(100)).toBe(true);
    expect(passing.since(101)).toBe(false);
  });

  it("do not pass because what was on its way before came home", () => {
    const passing = new Passing();
    for (const sentAt of [90, 95, 99, 120]) passing.answered(sentAt, sentAt + 10);
    expect(passing.since(100)).toBe(false);
  });

  it("no longer pass a second after the last answer", () => {
    const passing = new Passing();
    expect(passing.lately(0)).toBe(false);
    passing.answered(100, 500);
    expect([passing.lately(400), passing.lately(1500), passing.lately(1501)]).toEqual([true, true, false]);
  });
});
