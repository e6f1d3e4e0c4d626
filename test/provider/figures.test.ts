import { describe, expect, it } from "vitest";
import { countOf, numberOf } from "../../src/provider/figures.ts";

describe("figures in headers and sentences", () => {
  it("a count is a plain number from 0 to a million million", () => {
    expect(["0", "1.5", " 7 ", "1000000000000"].map(countOf)).toEqual([0, 1.5, 7, 1e12]);
    expect(["-1", "", "1e3", "1,000", "0x10", "1000000000001", undefined].map(countOf)).toEqual(
      Array(7).fill(null),
    );
    expect(numberOf("-1")).toBe(-1);
  });
});
