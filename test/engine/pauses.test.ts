import { describe, expect, it } from "vitest";
import { troubleOf } from "../../src/engine/pauses.ts";
import type { Throttled } from "../../src/model/ending.ts";
import type { LaneSnapshot } from "../../src/model/limiter.ts";

const HOUR = 3_600_000;
const snapshot = (differences: Partial<LaneSnapshot> = {}): LaneSnapshot => ({
  lane: "m",
  inFlight: 0,
  limits: [],
  binding: "provider",
  blockedForMs: 0,
  ...differences,
});
const throttledFor = (reason: Throttled["reason"]): Throttled => ({
  kind: "throttled",
  status: 429,
  code: reason === "daily" ? "daily-limit" : "c",
  message: "as they say",
  body: null,
  requestId: null,
  reason,
  retryAfterMs: null,
  named: null,
});

describe("why a lane waits", () => {
  it.each([
    ["daily", "the daily limit is used up"],
    ["overloaded", "the provider is overloaded: as they say"],
    ["capacity", "the provider has no capacity left: as they say"],
    ["rate", "the provider asks to wait"],
  ] as const)("is told by what it was told last: %s", (reason, words) => {
    const lane = { throttled: throttledFor(reason) };
    expect(troubleOf(lane, snapshot({ blockedForMs: 5000 }), 5000)).toMatchObject({
      kind: "throttled",
      reason: words,
    });
  });

  it("is no daily limit where the provider only asks for a long wait", () => {
    const lane = { throttled: { ...throttledFor("daily"), code: "long-wait" } };
    expect(troubleOf(lane, snapshot({ blockedForMs: 200_000 }), 200_000)?.reason).toBe(
      "the provider asks to wait",
    );
  });

  it("names the daily limit where the provider did", () => {
    const named = { dimension: "requests", limit: 14_400, windowMs: 24 * HOUR } as const;
    const lane = { throttled: { ...throttledFor("daily"), named } };
    expect(troubleOf(lane, snapshot({ blockedForMs: HOUR }), HOUR)?.reason).toBe(
      "the daily limit of 14,400 requests is used up",
    );
  });

  it("is nothing to speak of where it only keeps its pace", () => {
    const slow = {
      dimension: "requests",
      perWindow: 0.5,
      windowMs: 60_000,
      source: "flag",
      usedShare: 1,
      cumulativeShare: 1,
    } as const;
    const lane = { throttled: null };
    expect(troubleOf(lane, snapshot({ limits: [slow] }), 120_000)).toBeNull();
    expect(troubleOf(lane, snapshot(), 30_000)).toBeNull();
  });

  it("is a limit of a day that is used up, without a word from the provider", () => {
    const day = {
      dimension: "requests",
      windowMs: 24 * HOUR,
      source: "header",
      cumulativeShare: 0.1,
    } as const;
    const limits = [
      { ...day, perWindow: 100, usedShare: 0.2 },
      { ...day, perWindow: 14_400, usedShare: 1 },
    ];
    expect(troubleOf({ throttled: null }, snapshot({ limits }), 5 * HOUR)).toMatchObject({
      kind: "used-up",
      reason: "the limit of 14,400 requests in 24 h is used up",
    });
  });
});
