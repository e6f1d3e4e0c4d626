import { describe, expect, it } from "vitest";
import { BucketScriptPolicy } from "../../bench/limits/client/bucket-script-policy.ts";
import { limiterPolicies } from "../../bench/limits/client/limiter-policy.ts";
import type { End } from "../../bench/limits/client/policy.ts";
import { SemaphorePolicy } from "../../bench/limits/client/semaphore-policy.ts";
import { BASELINES, canRun, LIMITER } from "../../bench/limits/contenders.ts";
import { job, smallScenario } from "./small-scenario.ts";

const ANSWER: End = { status: 200, latencyMs: 1000, retryAfterMs: null, named: null, told: [] };
const REJECTION: End = { ...ANSWER, status: 429, latencyMs: 60 };

describe("the semaphore", () => {
  it("keeps the slot of a job that backs off, which then goes without asking", () => {
    const policy = new SemaphorePolicy(1, () => 0.5);
    const [first, second] = [job(), job()];
    policy.sent(0, first);
    expect(policy.ended(60, first, null, REJECTION)).toBe(500);
    expect(policy.admit(560, second)).toBe(Number.POSITIVE_INFINITY);
    expect(policy.admit(560, first)).toBe(0);
    policy.sent(560, first);
    expect(policy.ended(1560, first, null, ANSWER)).toBeNull();
    expect(policy.admit(1560, second)).toBe(0);
  });

  it("waits as long as it is asked to, and gives up after twelve attempts", () => {
    const policy = new SemaphorePolicy(1, () => 0.5);
    const only = job();
    const waits = Array.from({ length: 12 }, () =>
      policy.ended(0, only, null, { ...REJECTION, retryAfterMs: 2500 }),
    );
    expect(waits).toEqual([
      2500,
      2500,
      2500,
      4000,
      8000,
      16_000,
      30_000,
      30_000,
      30_000,
      30_000,
      30_000,
      null,
    ]);
  });
});

describe("the script with two buckets", () => {
  it("reserves the worst case of tokens and spends a whole minute at once", () => {
    const policy = new BucketScriptPolicy([{ dimension: "tokens", perWindow: 600, windowMs: 60_000 }]);
    for (let sent = 0; sent < 3; sent += 1) {
      expect(policy.admit(0, job())).toBe(0);
      policy.sent(0, job());
    }
    expect(policy.admit(0, job())).toBeCloseTo(20_000);
  });

  it("pauses fifteen seconds after a 429, and gives up after five attempts", () => {
    const policy = new BucketScriptPolicy([]);
    const only = job();
    const again = Array.from({ length: 5 }, () => policy.ended(1000, only, null, REJECTION));
    expect(again).toEqual([0, 0, 0, 0, null]);
    expect(policy.admit(2000, job())).toBe(14_000);
    expect(policy.admit(16_000, job())).toBe(0);
  });
});

describe("the limiter as a policy", () => {
  it("sends a throttled job again without counting the attempt", () => {
    const [policy] = limiterPolicies(smallScenario(), "config", 1);
    const only = job();
    const ticket = policy?.sent(0, only);
    expect(policy?.ended(60, only, ticket, REJECTION)).toBe(0);
    expect(only.attempts).toBe(0);
  });

  it("counts a failed attempt and waits before the next one", () => {
    const [policy] = limiterPolicies(smallScenario(), "config", 1);
    const only = job();
    const ends = Array.from({ length: 8 }, () =>
      policy?.ended(1000, only, policy.sent(0, only), { ...ANSWER, status: 500 }),
    );
    expect(ends.slice(0, 7).every((wait) => typeof wait === "number" && wait > 0)).toBe(true);
    expect(ends[7]).toBeNull();
  });

  it("knows the limits that are given, and none where nothing is known", () => {
    const known = [{ dimension: "requests", perWindow: 60_000, windowMs: 60_000 }] as const;
    const sendsAtOnce = (mode: "config" | "unknown") => {
      const [policy] = limiterPolicies(smallScenario({ known }), mode, 1);
      let sent = 0;
      for (; sent < 50 && policy?.admit(0, job()) === 0; sent += 1) policy.sent(0, job());
      return sent;
    };
    expect(sendsAtOnce("config")).toBe(50);
    expect(sendsAtOnce("unknown")).toBeLessThan(50);
  });

  it("has one policy for each client", () => {
    expect(limiterPolicies(smallScenario({ clients: { count: 3, are: "lanes" } }), "config", 1)).toHaveLength(
      3,
    );
  });
});

describe("the contenders", () => {
  it("run where what they know can be known", () => {
    const bare = smallScenario({ modes: ["unknown"] });
    expect([...LIMITER, ...BASELINES].filter((one) => canRun(one, bare)).map(({ name }) => name)).toEqual([
      "nothing known",
      "semaphore 2",
      "semaphore 50",
      "semaphore 1000",
    ]);
  });
});
