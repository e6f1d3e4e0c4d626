import { describe, expect, it } from "vitest";
import { editDistance, nearMiss } from "../../src/plan/near-miss.ts";

describe("a near miss", () => {
  it("counts insertions, deletions, replacements and swapped neighbours", () => {
    expect(editDistance("qestion", "question")).toBe(1);
    expect(editDistance("quetsion", "question")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("abc", "abc")).toBe(0);
  });

  it("ignores case and what stands between words", () => {
    expect(nearMiss("customer_feedback", ["a", "Customer Feedback"])).toBe("Customer Feedback");
    expect(nearMiss("Question", ["question"])).toBe("question");
  });

  it("takes the nearest and nothing far away", () => {
    expect(nearMiss("anser", ["asker", "answer"])).toBe("answer");
    expect(nearMiss("prompt", ["question", "answer"])).toBeNull();
    expect(nearMiss("b", ["a"])).toBeNull();
    expect(nearMiss("x", [])).toBeNull();
  });

  it("takes names that differ in a number for two names", () => {
    expect(nearMiss("hint2", ["hint1"])).toBeNull();
  });
});
