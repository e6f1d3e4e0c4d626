import { describe, expect, it } from "vitest";
import { Passing } from "../../src/engine/passing.ts";
import { decide, failsAlone } from "../../src/engine/retry-policy.ts";
import type { AccountEnding, Ending } from "../../src/model/ending.ts";

const facts = { status: 500, code: "c", message: "m", body: null, requestId: null };
const reply = { model: null, finishReason: null, empty: false, usage: null, cost: null };
const endings = {
  answered: { kind: "answered", ...facts, body: new Uint8Array(0), reply },
  throttled: { kind: "throttled", ...facts, reason: "rate", retryAfterMs: 5000, named: null },
  transient: { kind: "transient", ...facts },
  ambiguous: { kind: "ambiguous", ...facts, ownTimeout: false },
  timeout: { kind: "ambiguous", ...facts, ownTimeout: true },
  unprocessed: { kind: "unprocessed", ...facts },
  rejected: { kind: "rejected", ...facts, unexplained: false, feePossible: false },
} satisfies Record<string, Ending>;

const decided = (
  ending: Ending,
  attempts = 0,
  { unprocessed = 0, random = 1, isSetAside = false, hasBudget = true, maxAttempts = 8 } = {},
) =>
  decide({
    ending,
    job: { attempts, unprocessed, isSetAside },
    maxAttempts,
    takeRetry: () => hasBudget,
    random: () => random,
  });

describe("after an attempt", () => {
  it("an answer and a rejection are final", () => {
    expect(decided(endings.answered)).toEqual({ action: "settle", status: "answered", held: false });
    expect(decided(endings.rejected)).toEqual({ action: "settle", status: "rejected", held: false });
  });

  it("a throttled row goes again, first and without an attempt, however often", () => {
    for (const attempts of [0, 7, 1000]) {
      expect(decided(endings.throttled, attempts)).toEqual({
        action: "again",
        delayMs: 0,
        counts: false,
      });
    }
  });

  it("a row that never reached the provider goes again without an attempt, after 0.25 s growing to 10 s", () => {
    const delays = [0, 1, 2, 5, 6, 10_000].map((unprocessed) =>
      decided(endings.unprocessed, 7, { unprocessed }),
    );
    expect(delays).toEqual(
      [250, 500, 1000, 8000, 10_000, 10_000].map((delayMs) => ({
        action: "again",
        delayMs,
        counts: false,
      })),
    );
    expect(decided(endings.unprocessed, 0, { random: 0 })).toMatchObject({ delayMs: 125 });
  });

  it.each(["transient", "ambiguous"] as const)(
    "a %s ending is tried again with full jitter up to 30 s",
    (kind) => {
      const delays = [0, 1, 2, 3, 6].map((attempts) => decided(endings[kind], attempts));
      expect(delays).toEqual(
        [500, 1000, 2000, 4000, 30_000].map((delayMs) => ({
          action: "again",
          delayMs,
          counts: true,
        })),
      );
      expect(decided(endings[kind], 6, { random: 0 })).toMatchObject({ delayMs: 0 });
    },
  );

  it("the last attempt settles: failed where nothing was billed, unknown where something may have been", () => {
    expect(decided(endings.transient, 7)).toEqual({ action: "settle", status: "failed", held: false });
    expect(decided(endings.ambiguous, 7)).toEqual({ action: "settle", status: "unknown", held: false });
    expect(decided(endings.transient, 0, { maxAttempts: 1 })).toMatchObject({
      action: "settle",
      status: "failed",
    });
  });

  it("a retry that the budget does not cover waits five to ten seconds, and is not shed", () => {
    const delays = [0, 0.5, 1].map((random) => decided(endings.transient, 0, { random, hasBudget: false }));
    expect(delays).toMatchObject([{ delayMs: 5000 }, { delayMs: 7500 }, { delayMs: 10_000 }]);
    expect(decided(endings.ambiguous, 6, { hasBudget: false })).toMatchObject({ delayMs: 30_000 });
  });

  it("a row that is set aside takes nothing from the budget", () => {
    const asked = { random: 1, hasBudget: false, isSetAside: true };
    expect(decided(endings.transient, 1, asked)).toMatchObject({ delayMs: 1000 });
  });

  it("our own timeout is held at the first attempt", () => {
    expect(decided(endings.timeout)).toEqual({ action: "settle", status: "unknown", held: true });
  });

  it.each([
    ["key", "run"],
    ["credits", "run"],
    ["blocked", "run"],
    ["access", "lane"],
    ["model", "lane"],
  ] as const)("an account ending about %s stops the %s", (reason, scope) => {
    const ending: AccountEnding = { kind: "account", ...facts, reason };
    expect(decided(ending)).toEqual({ action: "stop", scope });
  });
});

describe("a row", () => {
  it("fails alone when the same comes of it twice while others that were sent in between are answered", () => {
    const passing = new Passing();
    const before = { code: "http-500", at: 1000 };
    const again = { code: "http-500", startedAt: 2000 };
    for (const sentAt of [900, 1000, 1100]) passing.answered(sentAt, sentAt + 400);
    expect(failsAlone(before, again, passing)).toBe(false);
    passing.answered(1200, 1600);
    expect(failsAlone(before, again, passing)).toBe(true);
    expect(failsAlone(before, { ...again, code: "http-502" }, passing)).toBe(false);
    expect(failsAlone(null, again, passing)).toBe(false);
    // The others passed, but not any more when it was sent again: the next outage.
    expect(failsAlone(before, { ...again, startedAt: 2601 }, passing)).toBe(false);
  });
});
