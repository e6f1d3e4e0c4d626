import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/model/events.ts";
import { createObserver, type ObserverOptions } from "../../src/observe/index.ts";
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
import { virtualClock } from "./virtual-clock.ts";

const STARTED: RunEvent = { type: "started", rows: 100, todo: 90, settled: 10 };

function observing(options: Partial<ObserverOptions> = {}) {
  const clock = virtualClock();
  const observer = createObserver({ clock, ...options });
  const tell = (...events: RunEvent[]) => events.forEach(observer.listener);
  return { clock, tell, finish: observer.finish, now: observer.snapshot };
}

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
  tell(ended(timeout, { atRisk: 500 }), ended(timeout, { atRisk: null }), ended(rejected, { atRisk: null }));
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

describe("rate", () => {
  test("is that of the last ten seconds", () => {
    const { clock, tell, now } = observing();
    tell(STARTED);
    for (let moment = 0; moment < 600; moment += 1) {
      tell(...Array.from({ length: moment < 300 ? 5 : 1 }, () => settled()));
      clock.advance(50);
    }
    expect(now().rate).toBeCloseTo(20, 0);
    expect(now().tokensPerSecond).toBeCloseTo(2000, -2);
    clock.advance(11_000);
    expect(now().rate).toBe(0);
  });

  test("of the first moments is not blown up", () => {
    const { clock, tell, now } = observing();
    tell(STARTED, settled(), settled());
    clock.advance(10);
    expect(now().rate).toBe(2);
  });
});

describe("ETA", () => {
  test("is unknown until a row was settled, then follows the rate of the rows this run will send", () => {
    const { clock, tell, now } = observing();
    tell(STARTED);
    clock.advance(1000);
    expect(now().etaMs).toBeNull();
    tell(...Array.from({ length: 45 }, () => settled()));
    clock.advance(4000);
    expect(now().etaMs).toBeCloseTo(5000, -1);
  });

  test("never promises more than the limits allow", () => {
    const { clock, tell, now } = observing({ lanes: () => [lane()] });
    tell(STARTED, ...Array.from({ length: 40 }, () => settled()));
    clock.advance(1000);
    expect(now().etaMs).toBe(5000);
  });

  test("waits for a parked lane", () => {
    const { clock, tell, now } = observing();
    tell(STARTED, ...Array.from({ length: 45 }, () => settled()));
    clock.advance(5000);
    const open = now().etaMs ?? expect.fail("no ETA");
    tell({ type: "paused", lane: "m", reason: "daily limit", untilWall: clock.wall() + 60_000 });
    expect(now().etaMs).toBe(open + 60_000);
  });

  test("is zero at the last row", () => {
    const { clock, tell, now } = observing();
    tell({ type: "started", rows: 1, todo: 1, settled: 0 }, settled());
    clock.advance(5);
    expect(now().etaMs).toBe(0);
  });
});

describe("what binds", () => {
  test("is what held for most of the last second, not the last word", () => {
    const { clock, tell, now } = observing();
    tell({ type: "bound", lane: "m", by: "rps" });
    clock.advance(5000);
    tell({ type: "bound", lane: "m", by: "disk" });
    clock.advance(100);
    expect(now().bound).toMatchObject({ by: "rps" });
    clock.advance(2000);
    expect(now().bound?.by).toBe("disk");
    expect(now().bound?.share).toBeGreaterThan(0.8);
  });

  test("is asked of the lanes when nobody tells, and a lane with nothing to start does not hide the others", () => {
    let standing = [
      lane({ binding: "tpm" }),
      lane({ lane: "n", binding: "nothing" }),
      lane({ lane: "o", binding: "nothing" }),
    ];
    const { clock, now } = observing({ lanes: () => standing });
    for (let frame = 0; frame < 30; frame += 1) {
      expect(now().bound?.by).toBe("tpm");
      clock.advance(100);
    }
    standing = standing.map((each) => ({ ...each, binding: "nothing" as const }));
    now();
    clock.advance(9000);
    expect(now().bound).toMatchObject({ by: "nothing" });
  });
});

describe("limits", () => {
  test("a lane at its limit throughout has used all of it, whatever happened after its last request", () => {
    const { clock, tell, now } = observing({ lanes: () => [lane()] });
    tell(STARTED);
    for (let request = 0; request < 100; request += 1) {
      tell(SENT, ended(answered()));
      clock.advance(100);
    }
    clock.advance(60_000);
    const [requests, tokens] = now().lanes[0]?.limits ?? [];
    expect(requests).toMatchObject({ usedShare: 0.9, runShare: 1 });
    expect(tokens?.runShare).toBeCloseTo(10_000 / 60_000);
    expect(now().lanes[0]?.sent).toBe(100);
  });

  test("a run shorter than a window is measured against one whole window", () => {
    const { tell, now } = observing({ lanes: () => [lane()] });
    tell(SENT, SENT, SENT);
    expect(now().lanes[0]?.limits[0]?.runShare).toBeCloseTo(0.3);
  });
});

describe("latency", () => {
  test("of answers is known within five percent, and exactly at its highest", () => {
    const { tell, now } = observing();
    for (let ms = 1; ms <= 1000; ms += 1) tell(ended(answered(), { latencyMs: ms }));
    tell(ended(timeout, { latencyMs: 99_999 }));
    const { p50, p95, max } = now().latency ?? expect.fail("no latency");
    expect(Math.abs(p50 / 500 - 1)).toBeLessThan(0.05);
    expect(Math.abs(p95 / 950 - 1)).toBeLessThan(0.05);
    expect(max).toBe(1000);
  });

  test("of one answer is that answer's, also below a millisecond", () => {
    const { tell, now } = observing();
    tell(ended(answered(), { latencyMs: 0.4 }));
    expect(now().latency).toEqual({ p50: 0.4, p95: 0.4, max: 0.4 });
  });
});

describe("phases", () => {
  test("a pause ends at its time, or with the lane's next request", () => {
    const { clock, tell, now } = observing();
    tell(STARTED, { type: "paused", lane: "m", reason: "daily", untilWall: clock.wall() + 1000 });
    expect(now()).toMatchObject({ phase: "paused", paused: { lane: "m", reason: "daily", forMs: 1000 } });
    clock.advance(1000);
    expect(now()).toMatchObject({ phase: "running", paused: null });
    tell({ type: "paused", lane: "m", reason: "capacity", untilWall: null });
    expect(now().paused).toEqual({ lane: "m", reason: "capacity", untilWall: null, forMs: null });
    tell(SENT);
    expect(now().phase).toBe("running");
  });

  test("the first reason to stop is kept", () => {
    const { tell, now } = observing();
    tell(STARTED, { type: "stopping", reason: "account", message: "no credits" });
    tell({ type: "stopping", reason: "signal", message: "interrupted" });
    expect(now()).toMatchObject({
      phase: "stopping",
      stopping: { reason: "account", message: "no credits" },
    });
  });

  test("a finished run stands still", () => {
    const { clock, tell, now, finish } = observing();
    tell(STARTED, settled());
    clock.advance(2000);
    finish();
    clock.advance(60_000);
    finish();
    expect(now()).toMatchObject({ phase: "finished", wallMs: 2000, rate: 0.5, etaMs: null });
  });

  test("a plan that grows has more to do", () => {
    const { tell, now } = observing();
    tell(STARTED, { type: "grown", rows: 150 });
    expect(now()).toMatchObject({ rows: 150, todo: 140 });
  });
});
