import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "../../src/model/duration.ts";

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["1.5s", 1500],
    ["1m30s", 90_000],
    [" 2s ", 2000],
  ])("reads %j", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "30", "s", "1 h", "-1s", "1d", "1s-2s", "1e3s", "NaNs"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it.each([
    [0, "0ms"],
    [850, "850ms"],
    [1000, "1s"],
    [1500, "1.5s"],
    [59_960, "59.9s"],
    [60_000, "1m"],
    [125_000, "2m5s"],
    [3_600_000, "1h"],
    [12_000_000, "3h20m"],
  ])("is written for people: %d", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("reads back what it writes, within what two units can tell", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
        const back = parseDuration(formatDuration(ms));
        expect(Math.abs((back ?? Number.NaN) - ms)).toBeLessThanOrEqual(
          ms < 60_000 ? 60 : ms < 3_600_000 ? 1000 : 60_000,
        );
      }),
    );
  });
});
