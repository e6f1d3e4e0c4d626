import { describe, expect, it } from "vitest";
import { durationAt, plausible } from "../../src/provider/durations.ts";

describe("durations in headers and sentences", () => {
  it.each([
    ["6m0s", 360_000],
    ["1h 2m 3s.", 3_723_000],
    ["20 seconds", 20_000],
    ["2 min", 120_000],
    ["5 milliseconds later", 5],
    ["1d", 86_400_000],
  ])("%j begins with %d ms", (text, expected) => {
    expect(durationAt(text)).toBe(expected);
  });

  it.each(["", "5", "s", "5 mysteries", "soon 5s"])("%j begins with no duration", (text) => {
    expect(durationAt(text)).toBeNaN();
  });

  it("a wait is plausible from nothing up to 30 days", () => {
    expect([0, 30 * 86_400_000].map(plausible)).toEqual([0, 30 * 86_400_000]);
    expect([-1, 30 * 86_400_000 + 1, Number.NaN, Infinity].map(plausible)).toEqual([null, null, null, null]);
  });
});
