import { describe, expect, it } from "vitest";
import { parseDuration } from "../../src/model/duration.ts";
import { draw, parseDistribution } from "../../src/simulator/distribution.ts";
import { OccurrenceCounter, randomFor } from "../../src/simulator/random.ts";

function samples(text: string): number[] {
  const distribution = parseDistribution(text, parseDuration);
  if (distribution === null) throw new Error(`"${text}" was not understood`);
  const random = randomFor(1, 2, 3, 4);
  return Array.from({ length: 20_000 }, () => draw(distribution, random)).sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)];

describe("a distribution", () => {
  it("is constant when one value is given", () => {
    expect(new Set(samples("800ms"))).toEqual(new Set([800]));
  });

  it("is even between two values", () => {
    const sorted = samples("1s-4s");
    expect(sorted[0]).toBeGreaterThanOrEqual(1000);
    expect(sorted.at(-1)).toBeLessThanOrEqual(4000);
    expect(quantile(sorted, 0.5)).toBeCloseTo(2500, -2);
  });

  it("is lognormal around its median", () => {
    const sorted = samples("lognormal:2s,0.5");
    expect(Math.abs((quantile(sorted, 0.5) ?? 0) - 2000)).toBeLessThan(60);
    expect(Math.abs((quantile(sorted, 0.8413) ?? 0) - 2000 * Math.exp(0.5))).toBeLessThan(120);
  });

  it.each(["", "5", "4s-1s", "1s-2s-3s", "lognormal:2s", "lognormal:2s,x", "1s-", "normal:1s,2"])(
    "refuses %j",
    (text) => {
      expect(parseDistribution(text, parseDuration)).toBeNull();
    },
  );
});

describe("randomness", () => {
  const take = (...key: [number, number, number, number]) => {
    const random = randomFor(...key);
    return [random(), random(), random()];
  };

  it("is the same for the same seed, prompt, occurrence and purpose, and differs otherwise", () => {
    const all = [take(1, 2, 0, 1), take(2, 2, 0, 1), take(1, 3, 0, 1), take(1, 2, 1, 1), take(1, 2, 0, 2)];
    expect(take(1, 2, 0, 1)).toEqual(all[0]);
    expect(new Set(all.map(String)).size).toBe(all.length);
  });

  it("is even over prompts whose hashes are neighbours", () => {
    const first = Array.from({ length: 10_000 }, (_, hash) => randomFor(0, hash, 0, 1)());
    expect(first.filter((value) => value < 0.05).length / first.length).toBeCloseTo(0.05, 1);
    expect(first.reduce((sum, value) => sum + value, 0) / first.length).toBeCloseTo(0.5, 1);
  });

  it("counts occurrences and forgets the oldest prompts beyond its capacity", () => {
    const counter = new OccurrenceCounter(2);
    expect([counter.next(1), counter.next(1), counter.next(2), counter.next(3)]).toEqual([0, 1, 0, 0]);
    expect([counter.next(3), counter.next(1)]).toEqual([1, 0]);
  });
});
