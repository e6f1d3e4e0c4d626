import { expect, it } from "vitest";
import { grown } from "../../src/limiter/growth-curve.ts";

const GROWTH = { plateau: 10, from: 0.9, lengthMs: 30_000 };

it("growth is back at the plateau after its length, slow around it, and finds a doubled limit in minutes", () => {
  expect(grown(GROWTH, 0, 0)).toBeCloseTo(9);
  expect(grown(GROWTH, 30_000, 0)).toBe(10);
  expect(grown(GROWTH, 34_000, 0)).toBeLessThan(10.1);
  expect(grown(GROWTH, 80_000, 0)).toBeGreaterThan(20);
});

it("growth beyond the plateau waits for slow answers: they tell late what was too much", () => {
  expect(grown(GROWTH, 80_000, 75_000)).toBeLessThan(0.75 * grown(GROWTH, 80_000, 0));
});
