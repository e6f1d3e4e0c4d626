import { expect, it } from "vitest";
import { Strikes } from "../../src/limiter/strikes.ts";

it("three pauses within 20 seconds are no accident, three within a minute are", () => {
  const seldom = new Strikes();
  expect([0, 19_000, 38_000, 57_000].map((at) => seldom.add(at))).toEqual([false, false, false, false]);
  const often = new Strikes();
  expect([0, 9000, 19_000, 60_000].map((at) => often.add(at))).toEqual([false, false, true, false]);
});
