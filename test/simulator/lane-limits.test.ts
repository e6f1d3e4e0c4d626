import { describe, expect, it } from "vitest";
import { createLaneLimits } from "../../src/simulator/lane-limits.ts";
import { limitsFor } from "../../src/simulator/lanes.ts";
import type { LaneLimit } from "../../src/simulator/limit-counter.ts";
import type { SimulatorOptions } from "../../src/simulator/options.ts";
import { settingsOf } from "../../src/simulator/settings.ts";

function limit(dimension: "requests" | "tokens", perWindow: number, windowMs: number): LaneLimit {
  return { dimension, perWindow, windowMs, kind: "sliding", burstMs: windowMs, enforced: true };
}

const numbers = (options: SimulatorOptions, model = "grok-4.3") =>
  limitsFor(settingsOf(options), model)
    .filter(({ enforced }) => enforced)
    .map(({ dimension, perWindow, windowMs }) => [dimension, perWindow, windowMs]);

describe("the limits of a model", () => {
  it("are xAI's published ones of tier 0, if nothing is said", () => {
    expect(numbers({})).toEqual([
      ["requests", 37, 1000],
      ["tokens", 10_000_000, 60_000],
    ]);
  });

  it("follow the tier", () => {
    expect(numbers({ tier: 4 }, "grok-4.7")).toEqual([
      ["requests", 500, 1000],
      ["tokens", 100_000_000, 60_000],
    ]);
  });

  it("are replaced one dimension at a time, and 0 takes one away", () => {
    expect(numbers({ rps: 5 })).toEqual([
      ["requests", 5, 1000],
      ["tokens", 10_000_000, 60_000],
    ]);
    expect(numbers({ rps: 0, rpm: 600, tpm: 0 })).toEqual([["requests", 600, 60_000]]);
  });

  it("hold 48 seconds' worth of requests for the minute, where that is enforced", () => {
    expect(numbers({ enforceMinute: true })).toContainEqual(["requests", 37 * 48, 60_000]);
  });

  it("are none for an unknown model, for dialect openai and when unlimited", () => {
    expect(numbers({}, "other")).toEqual([]);
    expect(numbers({ dialect: "openai" })).toEqual([]);
    expect(numbers({ unlimited: true, rps: 3 })).toEqual([]);
  });
});

describe("a lane", () => {
  it("takes nothing from any limit when one of them refuses", () => {
    const lane = createLaneLimits(
      [limit("requests", 2, 1000), limit("tokens", 100, 60_000)],
      "actual",
      false,
    );
    expect(lane.admit(0, 90, 0)).toBeNull();
    expect(lane.admit(0, 50, 0)?.standing.dimension).toBe("tokens");
    expect(lane.admit(0, 10, 0)).toBeNull();
    expect(lane.admit(0, 1, 0)?.standing).toMatchObject({ dimension: "requests", used: 2, remaining: 0 });
  });

  it("charges output tokens when the answer is done, even beyond the limit", () => {
    const lane = createLaneLimits([limit("tokens", 100, 60_000)], "actual", false);
    expect(lane.admit(0, 10, 500)).toBeNull();
    lane.settle(2000, 0, 10, 500, 300);
    expect(lane.standings(2000)[0]).toMatchObject({ used: 310, remaining: 0 });
    expect(lane.admit(3000, 1, 0)?.waitMs).toBe(59_000);
  });

  it("reserves the worst case and gives the rest back, under accounting reserve", () => {
    const lane = createLaneLimits([limit("tokens", 1000, 60_000)], "reserve", false);
    expect(lane.admit(0, 10, 800)).toBeNull();
    expect(lane.admit(1, 10, 800)).not.toBeNull();
    lane.settle(2, 0, 10, 800, 40);
    expect(lane.standings(2)[0]?.used).toBe(50);
    expect(lane.admit(3, 10, 800)).toBeNull();
  });

  it("counts refused requests where rejects count", () => {
    const lane = createLaneLimits([limit("requests", 1, 1000)], "actual", true);
    expect(lane.admit(0, 1, 0)).toBeNull();
    expect(lane.admit(900, 1, 0)).not.toBeNull();
    expect(lane.admit(1000, 1, 0)).not.toBeNull();
    expect(lane.admit(2500, 1, 0)).toBeNull();
  });

  it("never refuses by a limit that is only told", () => {
    const told = { ...limit("requests", 1, 60_000), enforced: false };
    const lane = createLaneLimits([told], "actual", false);
    for (let i = 0; i < 5; i++) expect(lane.admit(i, 1, 0)).toBeNull();
    expect(lane.standings(5)[0]).toMatchObject({ used: 5, remaining: 0 });
  });
});
