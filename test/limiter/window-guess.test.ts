import { describe, expect, it } from "vitest";
import { WindowGuess } from "../../src/limiter/window-guess.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

describe("the guess of a window", () => {
  it("is none without a remaining number or a reset", () => {
    expect(new WindowGuess().observe(100, null, 5)).toBeNull();
    expect(new WindowGuess().observe(100, 5, null)).toBeNull();
  });

  it("is a minute at first, and for a bucket that refills in a minute", () => {
    const guess = new WindowGuess();
    for (let used = 1; used < 20; used += 1) expect(guess.observe(600, 600 - used, used * 100)).toBe(MINUTE);
  });

  it("is a day from the first response whose reset is longer than a minute: 1,000 a day, one used, 86.4 s", () => {
    expect(new WindowGuess().observe(1000, 999, 86_400)).toBe(DAY);
  });

  it("becomes a second when three resets say so", () => {
    const guess = new WindowGuess();
    const guesses = [1, 2, 3, 4].map((used) => guess.observe(50, 50 - used, used * 20));
    expect(guesses).toEqual([MINUTE, MINUTE, 1000, 1000]);
  });

  it("is not led astray by a window of a minute that ends at once: only its longest reset counts", () => {
    const guess = new WindowGuess();
    for (let second = 1; second < 60; second += 1) {
      expect(guess.observe(600, 600 - second * 10, MINUTE - second * 1000)).toBe(MINUTE);
    }
  });

  it("is an hour where windows of an hour end together", () => {
    const guess = new WindowGuess();
    expect(guess.observe(5000, 4999, 3_500_000)).toBe(3_600_000);
  });
});
