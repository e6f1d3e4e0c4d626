import { describe, expect, it } from "vitest";
import { projectLane, sumOf } from "../../src/app/projection.ts";
import type { Limit } from "../../src/model/limits.ts";
import { lane, SEEN } from "./preview-lane.ts";

const RPS: Limit = { dimension: "requests", perWindow: 10, windowMs: 1000, source: "published" };
const TPM: Limit = { dimension: "tokens", perWindow: 1000, windowMs: 60_000, source: "published" };
const PRICE = { input: 10, cachedInput: 1, output: 100, longFrom: null, longFactor: 1, asOf: "2026-01-01" };

describe("a projection", () => {
  it("goes by sizes and prices where no answer is known", () => {
    expect(projectLane(lane({ price: PRICE }), null)).toEqual({
      inputTokens: { low: 1000, high: 1000 },
      outputTokens: { low: 4000, high: 80_000 },
      money: { low: 410_000, high: 8_010_000 },
      answers: 0,
      bottleneck: null,
    });
  });

  it("goes by mean and spread of the answers, within two standard deviations of the sum", () => {
    const { money, inputTokens, outputTokens, answers } = projectLane(lane({ experience: SEEN }), null);
    const error = 2 * Math.sqrt(1 / 20 + 1 / 80);
    expect({ answers, inputTokens }).toEqual({ answers: 20, inputTokens: { low: 8000, high: 8000 } });
    expect(outputTokens.low).toBe(Math.floor(80 * (40 - 10 * error)));
    expect(money).toEqual({ low: 80 * (2e7 - 1e7 * error), high: 80 * (2e7 + 1e7 * error) });
  });

  it("names what the run is slowest at: a limit, or so many in flight as long as the answers were", () => {
    const limited = lane({ experience: SEEN, limits: [RPS, TPM] });
    expect(projectLane(limited, null).bottleneck).toMatchObject({ what: "1,000 tokens/min (published)" });
    expect(projectLane(limited, 100).bottleneck).toMatchObject({ what: "1,000 tokens/min (published)" });
    const narrow = projectLane(lane({ experience: SEEN, limits: [RPS] }), 2);
    expect(narrow.bottleneck).toEqual({ ms: 160_000, what: "2 in flight (-j)" });
  });

  it("takes no longer at a limit of tokens than short answers do, since it says at least how long", () => {
    expect(projectLane(lane({ limits: [TPM] }), null).bottleneck?.ms).toBe(5 * 60_000);
  });

  it("is unknown in sum as soon as a part is", () => {
    expect(
      sumOf([
        { low: 1, high: 2 },
        { low: 3, high: 5 },
      ]),
    ).toEqual({ low: 4, high: 7 });
    expect(sumOf([{ low: 1, high: 2 }, null])).toBeNull();
  });
});
