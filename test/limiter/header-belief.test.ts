import { describe, expect, it } from "vitest";
import { HeaderBelief } from "../../src/limiter/header-belief.ts";

/** 600 a minute, told by a response that is 1 s old. */
const SEEN = { sequence: 0, ageMs: 1000, sentSince: 10, limit: 600, ratePerMs: 0.01 };

/** The pace that is settled on when the same is told for a minute. */
function settled(remaining: number, ownInWindow: number, fastest = 1): number {
  const belief = new HeaderBelief();
  let share = 1;
  belief.told(0, { ...SEEN, remaining: 600, ownInWindow: 0 });
  for (let second = 1; second <= 60; second += 1) {
    belief.told(second * 1000, { ...SEEN, sequence: second, remaining, ownInWindow });
    share = belief.paceShare(second * 1000, fastest);
  }
  return share;
}

describe("what headers tell of others", () => {
  it("is nothing while much is left, whoever used the rest", () => {
    expect(settled(300, 10)).toBe(1);
  });

  it("is nothing where our own use explains what is gone: a sliding window used well reads nearly zero", () => {
    expect(settled(2, 598)).toBe(1);
  });

  it("slows down to what others leave, and a little below where nothing is left, but never stops", () => {
    expect(settled(100, 300)).toBeCloseTo(400 / 600, 1);
    expect(settled(0, 300)).toBeCloseTo(0.7 * 0.5, 1);
    expect(settled(0, 0)).toBeCloseTo(0.1);
  });

  it("slows down with what is left where our use never explained what is gone: a bucket may hold little", () => {
    const belief = new HeaderBelief();
    let share = 1;
    for (let second = 0; second <= 60; second += 1) {
      const remaining = second === 0 ? 60 : 3;
      belief.told(second * 1000, { ...SEEN, sequence: second, remaining, ownInWindow: 5 * second });
      share = belief.paceShare(second * 1000, 1);
    }
    expect(share).toBeLessThan(0.3);
  });

  it("begins anew when the limit is another one", () => {
    const shareAfter = (isChanged: boolean) => {
      const belief = new HeaderBelief();
      belief.told(0, { ...SEEN, remaining: 600, ownInWindow: 0 });
      if (isChanged) belief.limitChanged();
      belief.told(1000, { ...SEEN, sequence: 1, remaining: 100, ownInWindow: 300 });
      return belief.paceShare(5000, 1);
    };
    expect(shareAfter(false)).toBeLessThan(0.7);
    expect(shareAfter(true)).toBe(1);
  });

  it("lets a long window be used sooner than evenly: as fast as the next news can still correct", () => {
    expect(settled(300, 300, 60)).toBeCloseTo(300 / 40, 1);
    expect(settled(300, 300, 2)).toBe(2);
    expect(settled(2, 598, 60)).toBeLessThan(3);
  });

  it("is nothing when the response is old, out of order, or long ago", () => {
    const belief = new HeaderBelief();
    belief.told(0, { ...SEEN, sequence: 5, remaining: 600, ownInWindow: 0 });
    belief.told(1000, { ...SEEN, sequence: 4, remaining: 0, ownInWindow: 0 });
    expect(belief.paceShare(5000, 1)).toBe(1);
    belief.told(6000, { ...SEEN, sequence: 6, remaining: 0, ownInWindow: 0, ageMs: 11_000 });
    expect(belief.paceShare(9000, 1)).toBe(1);
    belief.told(9000, { ...SEEN, sequence: 7, remaining: 0, ownInWindow: 0 });
    expect(belief.paceShare(10_000, 1)).toBeLessThan(1);
    expect(belief.paceShare(60_000, 1)).toBe(1);
  });
});
