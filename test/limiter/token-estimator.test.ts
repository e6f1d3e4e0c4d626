import { describe, expect, it } from "vitest";
import { TokenEstimator } from "../../src/limiter/token-estimator.ts";

describe("the token estimate", () => {
  it("is four bytes a token and 300 of output before anything was seen, less under a cap", () => {
    const estimator = new TokenEstimator();
    expect(estimator.estimate({ bodyBytes: 400, maxTokens: null, samples: 1 })).toBe(400);
    expect(estimator.estimate({ bodyBytes: 400, maxTokens: 50, samples: 1 })).toBe(150);
    expect(estimator.estimate({ bodyBytes: 400, maxTokens: 50, samples: 3 })).toBe(250);
  });

  it("follows the mean of the answers: at once at first, by a fiftieth later", () => {
    const estimator = new TokenEstimator();
    estimator.learn(600, 100, 1000);
    expect(estimator.estimate({ bodyBytes: 600, maxTokens: null, samples: 1 })).toBe(1100);
    for (let sample = 0; sample < 200; sample += 1) estimator.learn(600, 100, 1000);
    estimator.learn(600, 100, 2000);
    expect(estimator.meanOutput()).toBeCloseTo(1020);
  });

  it("ignores figures no answer can have", () => {
    const estimator = new TokenEstimator();
    estimator.learn(600, 1e18, 1e18);
    estimator.learn(600, 0, null);
    estimator.learn(600, null, -5);
    expect(estimator.estimate({ bodyBytes: 400, maxTokens: null, samples: 1 })).toBe(400);
  });
});
