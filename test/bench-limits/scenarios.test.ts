import { describe, expect, it } from "vitest";
import { LIMITER } from "../../bench/limits/contenders.ts";
import { SCENARIOS } from "../../bench/limits/scenario/scenarios.ts";
import { VARIANTS } from "../../bench/limits/scenario/variants.ts";

describe("the scenarios", () => {
  it("have names of their own, and are chosen by the first three letters", () => {
    const names = SCENARIOS.map(({ id }) => id.slice(0, 3));
    expect(names).toEqual(
      Array.from({ length: 16 }, (_, number) => `S${String(number + 1).padStart(2, "0")}`),
    );
    const all = [...SCENARIOS, ...VARIANTS].map(({ id }) => id);
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([...SCENARIOS, ...VARIANTS])("ask of nobody what cannot be known, in $id", (scenario) => {
    const { headers, known, modes } = scenario;
    expect(modes.length).toBeGreaterThan(0);
    expect(modes.every((mode) => LIMITER.some((one) => one.mode === mode))).toBe(true);
    if (headers === null) expect(modes).not.toContain("headers");
    if (known.length === 0) expect(modes).toEqual(["unknown"]);
  });

  it("scale limits, bursts and what is known of them together", () => {
    const scaled = VARIANTS.find(({ id }) => id === "S04-tpm-x10");
    expect(scaled?.limits).toMatchObject([
      { perWindow: 60_000, burst: 6000 },
      { perWindow: 3_000_000, burst: 500_000 },
    ]);
    expect(scaled?.known.map(({ perWindow }) => perWindow)).toEqual([60_000, 3_000_000]);
  });
});
