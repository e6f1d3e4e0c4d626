import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import { RateLearner } from "../../src/limiter/rate-learner.ts";
import type { Limiter } from "../../src/model/limiter.ts";
import { drive, LOAD, type Sent, seeded, throttled } from "./drive.ts";

const VIEW = { ceiling: Number.POSITIVE_INFINITY, inFlight: 10, meanLatencyMs: 1000 };

function unknownLane(): Limiter {
  return createLaneRegistry({ random: seeded(5) }).lane({ account: "a", model: "m" }, { limits: [] });
}

/** A provider with a bucket that nobody is told of, and that it drops after so many requests. */
function bucketProvider(lane: Limiter, perSecond: number, burst: number, requests: number, until = requests) {
  let level = burst;
  let at = 0;
  let rejected = 0;
  const feedback = (sent: Sent) => {
    level = Math.min(burst, level + ((sent.at - at) * perSecond) / 1000);
    at = sent.at;
    if (sent.number > until) return {};
    if (level >= 1) {
      level -= 1;
      return {};
    }
    rejected += 1;
    return throttled();
  };
  const sends = drive(lane, { requests, latencyMs: () => 50, feedback });
  return { sends, rejected };
}

describe("the learner", () => {
  it("stands by while limits are known, and begins slowly without any", () => {
    const learner = new RateLearner();
    expect(learner.ratePerMs).toBe(0.004);
    learner.limitsAreKnown(true);
    expect(learner.isEngaged()).toBe(false);
    expect(learner.wait(0, 0)).toBe(0);
    learner.limitsAreKnown(false);
    expect(learner.ratePerMs).toBe(0.004);
    expect(learner.hasLearned()).toBe(false);
  });

  it("begins with 16 in flight, six at once and the rest 25 ms apart, and paces what is beyond them", () => {
    const lane = unknownLane();
    const sentAt: number[] = [];
    for (let now = 0; now < 500; now += 1) {
      while (lane.admit(now, LOAD) === 0) {
        lane.written(now, lane.sent(now, LOAD));
        sentAt.push(now);
      }
    }
    expect(sentAt).toEqual([
      0,
      0,
      0,
      0,
      0,
      0,
      ...Array.from({ length: 10 }, (_, number) => 25 + 25 * number),
    ]);
  });

  it("sends nothing at once any more when one of the first was turned away", () => {
    const lane = unknownLane();
    const permit = lane.sent(0, LOAD);
    lane.settle(20, permit, throttled());
    let sent = 0;
    for (let now = 20; now < 2020; now += 1) {
      if (lane.admit(now, LOAD) > 0) continue;
      lane.written(now, lane.sent(now, LOAD));
      sent += 1;
    }
    expect(sent).toBeGreaterThan(3);
    expect(sent).toBeLessThan(8);
  });

  it("doubles while the lane sends at the rate it has, and not while it does not", () => {
    const learner = new RateLearner();
    for (let now = 0; now < 10_000; now += 1) {
      learner.grow(now, VIEW);
      if (learner.wait(now, 16) === 0) learner.sent(now);
    }
    expect(learner.ratePerMs).toBeGreaterThanOrEqual(0.064);
    for (let now = 10_000; now < 12_000; now += 1) learner.grow(now, VIEW);
    const rate = learner.ratePerMs;
    for (let now = 12_000; now < 20_000; now += 1) {
      learner.grow(now, VIEW);
      if (now % 1000 === 0) learner.sent(now);
    }
    expect(learner.ratePerMs).toBe(rate);
  });

  it("finds a rate of 10 a second within 10 % of its use and turns away less than 2 % on the way", () => {
    const { sends, rejected } = bucketProvider(unknownLane(), 10, 20, 5000);
    const seconds = (sends.at(-1)?.at ?? 0) / 1000;
    expect((5000 - rejected) / seconds).toBeGreaterThan(9);
    expect(rejected / 5000).toBeLessThan(0.02);
  });

  it("shows what it learned as a limit of its own, and what was not learned yet not", () => {
    const lane = unknownLane();
    expect(lane.snapshot(0).limits).toEqual([]);
    const { sends } = bucketProvider(lane, 10, 20, 2000);
    const [learned] = lane.snapshot(sends.at(-1)?.at ?? 0).limits;
    expect(learned?.source).toBe("learned");
    const perSecond = ((learned?.perWindow ?? 0) * 1000) / (learned?.windowMs ?? 1);
    expect(perSecond).toBeGreaterThan(8.5);
    expect(perSecond).toBeLessThan(12);
  });

  it("takes over from a known limit that is struck again and again, and gives it back when it holds", () => {
    const limits = [{ dimension: "requests", perWindow: 20, windowMs: 1000, source: "flag" }] as const;
    const lane = createLaneRegistry({ random: seeded(5) }).lane({ account: "a", model: "m" }, { limits });
    const kept = bucketProvider(lane, 10, 20, 8000, 2000);
    const sourcesAt = (sent: Sent | undefined) =>
      lane.snapshot(sent?.at ?? 0).limits.map(({ source }) => source);
    expect(kept.rejected).toBeGreaterThan(3);
    expect(kept.rejected).toBeLessThan(60);
    expect(sourcesAt(kept.sends.at(-1))).toEqual(["flag"]);
    const struck = createLaneRegistry({ random: seeded(5) }).lane({ account: "a", model: "m" }, { limits });
    const { sends } = bucketProvider(struck, 10, 20, 2000);
    expect(struck.snapshot(sends.at(-1)?.at ?? 0).limits.map(({ source }) => source)).toEqual([
      "flag",
      "learned",
    ]);
  });
});
