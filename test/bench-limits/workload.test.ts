import { describe, expect, it } from "vitest";
import { lognormal, seeded } from "../../bench/limits/scenario/random.ts";
import { SCENARIOS } from "../../bench/limits/scenario/scenarios.ts";
import { makeJobs } from "../../bench/limits/scenario/workload.ts";

function scenarioNamed(name: string) {
  const found = SCENARIOS.find(({ id }) => id.startsWith(name));
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

describe("random numbers", () => {
  it("are the same for the same seed and stream, and others for another", () => {
    const take = (seed: number, stream: string) => Array.from({ length: 5 }, seeded(seed, stream));
    expect(take(1, "network")).toEqual(take(1, "network"));
    expect(take(1, "network")).not.toEqual(take(2, "network"));
    expect(take(1, "network")).not.toEqual(take(1, "workload"));
  });

  it("are evenly spread from 0 up to 1", () => {
    const random = seeded(1, "test");
    const numbers = Array.from({ length: 10_000 }, random);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number) / numbers.length).toBeCloseTo(0.5, 1);
  });

  it("make a lognormal of the median that is asked for", () => {
    const random = seeded(1, "test");
    expect(medianOf(Array.from({ length: 10_000 }, () => lognormal(random, 200, 0.7)))).toBeCloseTo(200, -1);
  });
});

describe("a workload", () => {
  it("draws jobs within what the scenario says", () => {
    const jobs = makeJobs(scenarioNamed("S12"), seeded(1, "workload"));
    expect(jobs).toHaveLength(4000);
    expect(jobs.every(({ serviceMs }) => serviceMs >= 30_000 && serviceMs <= 120_000)).toBe(true);
    expect(jobs.every(({ inputTokens, outputTokens }) => inputTokens >= 10 && outputTokens <= 16_000)).toBe(
      true,
    );
    expect(medianOf(jobs.map(({ outputTokens }) => outputTokens)) / 3000).toBeCloseTo(1, 1);
  });

  it("goes over to its second kind of job where the first one ends", () => {
    const jobs = makeJobs(scenarioNamed("S07"), seeded(1, "workload"));
    const mean = (part: typeof jobs) =>
      part.reduce((sum, { inputTokens }) => sum + inputTokens, 0) / part.length;
    expect(mean(jobs.slice(0, 4000))).toBeLessThan(250);
    expect(mean(jobs.slice(4000))).toBeGreaterThan(900);
  });

  it("has bodies that do not tell the tokens exactly", () => {
    const ratios = makeJobs(scenarioNamed("S01"), seeded(1, "workload")).map(
      ({ inputTokens, load }) => (load.bodyBytes - 90) / inputTokens,
    );
    expect(Math.min(...ratios)).toBeLessThan(3.6);
    expect(Math.max(...ratios)).toBeGreaterThan(4.4);
  });
});
