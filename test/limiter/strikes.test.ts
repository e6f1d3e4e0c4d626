import { expect, it } from "vitest";
import { Strikes } from "../../src/limiter/strikes.ts";

function struck(...strikes: [at: number, sequence: number][]): boolean[] {
  const kept = new Strikes();
  return strikes.map(([at, sequence]) => kept.add(at, sequence));
}

it("three pauses within 20 seconds are no accident, three within a minute are", () => {
  expect(struck([0, 0], [9000, 50], [19_000, 100], [60_000, 300])).toEqual([false, false, true, false]);
  expect(struck([0, 0], [19_000, 50], [38_000, 100], [57_000, 150])).toEqual([false, false, false, false]);
});

it("three among a thousand requests are an accident, however soon", () => {
  expect(struck([0, 0], [5000, 500], [10_000, 1000])).toEqual([false, false, false]);
});

it("strikes are over 20 seconds after the latest", () => {
  const strikes = new Strikes();
  expect(strikes.areOver(0)).toBe(true);
  strikes.add(0, 0);
  expect([19_999, 20_000].map((now) => strikes.areOver(now))).toEqual([false, true]);
});
