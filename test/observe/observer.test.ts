import { describe, expect, test } from "vitest";
import {
  answered,
  ended,
  lane,
  rejected,
  SENT,
  settled,
  throttled,
  timeout,
  transient,
  USAGE,
  unprocessed,
} from "./events.ts";
import { observing, STARTED } from "./observing.ts";

test("nothing has happened before the run starts, and nothing is guessed", () => {
  expect(observing().now()).toMatchObject({
    phase: "starting",
    rows: 0,
    done: 0,
    rate: 0,
    etaMs: null,
    latency: null,
    bound: null,
    paused: null,
    stopping: null,
    wallMs: 0,
    run: { answered: 0, cost: 0, unknownCost: 0 },
  });
});

test("the last rows are named while they are waited for, and not afterwards", () => {
  const oldest = () => [{ line: 17, customId: null, ms: 250_000 }];
  const { tell, now, finish } = observing({ oldest });
  tell({ type: "started", rows: 10, todo: 1, settled: 9 });
  expect(now().tail).toEqual({ label: "request-17", ms: 250_000, more: 0 });
  finish();
  expect(now().tail).toBeNull();
});

test("an attempt that the run gave up counts as one, and its money is at risk", () => {
  const { tell, now } = observing();
  tell(STARTED, SENT, SENT, { type: "cut-off", lane: "grok-4.3", atRisk: 70 });
  tell({ type: "cut-off", lane: "grok-4.3", atRisk: null });
  expect(now()).toMatchObject({
    attempts: 2,
    inFlight: 0,
    endings: { "given-up": 2 },
    run: { atRisk: 70, unpricedAtRisk: 1, unknown: 0 },
  });
});

test("the time to the first token is counted apart, of answers that streamed", () => {
  const { tell, now } = observing();
  tell(STARTED, ended(answered()));
  expect(now().firstToken).toBeNull();
  tell(ended(answered(), { firstTokenMs: 200 }), ended(timeout, { firstTokenMs: 900 }));
  expect(now().firstToken).toMatchObject({ max: 200 });
});

test("outcomes, tokens and money of settled rows are added up", () => {
  const { tell, now } = observing();
  tell(STARTED, settled(), settled({ cost: null }), settled({ status: "rejected", cost: null, usage: null }));
  tell(
    settled({ status: "unsent", cost: null, usage: null }),
    settled({ status: "blank", cost: null, usage: null }),
  );
  expect(now()).toMatchObject({
    phase: "running",
    rows: 100,
    done: 14,
    run: { answered: 2, rejected: 1, failed: 0, unsent: 1, cost: 1000, unknownCost: 1 },
  });
  expect(now().run.usage).toEqual({
    inputTokens: 120,
    cachedTokens: 20,
    outputTokens: 80,
    reasoningTokens: 10,
    totalTokens: 200,
  });
});

test("copies are outcomes without money, and those left to do are no copies", () => {
  const { tell, now } = observing();
  const rows = [
    { index: 1, status: "answered" },
    { index: 2, status: "rejected" },
    { index: 3, status: "unsent" },
  ] as const;
  tell(STARTED, settled(), { type: "copied", rows });
  expect(now()).toMatchObject({
    done: 14,
    copies: 2,
    run: { answered: 2, rejected: 1, unsent: 1, cost: 1000, unknownCost: 0 },
  });
});

test("answers of the cache are counted, with the age of the oldest and what they cost before", () => {
  const { tell, now } = observing();
  const reused = { type: "reused", lane: "m", finishReason: "stop" } as const;
  expect(now().kept).toEqual({ answers: 0, oldestMs: 0, saved: 0, unpriced: 0 });
  tell({ ...reused, ageMs: 5000, cost: 300 }, { ...reused, ageMs: 9000, cost: null });
  tell({ ...reused, ageMs: 100, cost: 40, finishReason: "length" });
  expect(now()).toMatchObject({ kept: { answers: 3, oldestMs: 9000, saved: 340, unpriced: 1 }, cut: 1 });
});

test("what earlier runs left is told apart from this run", () => {
  const before = { answered: 10, rejected: 1, failed: 0, unknown: 2, unsent: 0, usage: USAGE } as const;
  const { tell, now } = observing({
    before: { ...before, cost: 5000, unknownCost: 1, atRisk: 70, unpricedAtRisk: 1 },
  });
  tell(STARTED, settled());
  expect(now().run).toMatchObject({ answered: 1, cost: 1000, atRisk: 0 });
  expect(now().inAll).toMatchObject({
    answered: 11,
    rejected: 1,
    unknown: 2,
    cost: 6000,
    unknownCost: 1,
    atRisk: 70,
    unpricedAtRisk: 1,
    usage: { totalTokens: 200 },
  });
  expect(now().held).toBe(2);
  expect(before.usage.totalTokens).toBe(100);
});

test("attempts and retries are counted by the code of their ending, and throttled ones apart", () => {
  const { tell, now } = observing();
  tell(
    ended(transient, { willRetry: true }),
    ended(transient),
    ended(throttled, { willRetry: true }),
    ended(answered()),
  );
  expect(now()).toMatchObject({
    attempts: 4,
    retries: 2,
    throttled: 1,
    endings: { "http-500": 2, "http-429": 1, answered: 1 },
    retriesByEnding: { "http-500": 1, "http-429": 1 },
  });
});

test("money at risk is a sum, and what nobody can price is counted", () => {
  const { tell, now } = observing();
  const held = { isHeld: true };
  tell(ended(timeout, { atRisk: 500, ...held }), ended(timeout, { atRisk: null, ...held }));
  tell(ended(rejected, { atRisk: null }));
  tell(ended(answered(), { atRisk: null }));
  expect(now().run).toMatchObject({ atRisk: 500, unpricedAtRisk: 2 });
  expect(now().held).toBe(2);
});

test("cut, filtered and empty answers are counted", () => {
  const { tell, now } = observing();
  const reasons = ["length", "content_filter", "stop", null];
  tell(...reasons.map((finishReason) => ended(answered({ finishReason, empty: finishReason === "length" }))));
  expect(now()).toMatchObject({ cut: 1, filtered: 1, empty: 1 });
});

describe("in flight", () => {
  test("is what was sent and has not ended; an attempt that never reached the wire takes nothing away", () => {
    const { tell, now } = observing();
    tell(ended(unprocessed), SENT, SENT, SENT, ended(answered()));
    expect(now().inFlight).toBe(2);
  });

  test("is the lanes' own count where they are known", () => {
    expect(observing({ lanes: () => [lane(), lane({ lane: "n", inFlight: 3 })] }).now().inFlight).toBe(7);
  });
});
