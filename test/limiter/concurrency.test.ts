import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Limiter, Permit } from "../../src/model/limiter.ts";
import type { Limit } from "../../src/model/limits.ts";
import { ANSWERED, drive, LOAD, throttled } from "./drive.ts";

const FIFTY_A_SECOND: Limit = { dimension: "requests", perWindow: 50, windowMs: 1000, source: "published" };

function fill(lane: Limiter, now: number, most = 5000): Permit[] {
  const permits: Permit[] = [];
  while (permits.length < most && lane.admit(now, LOAD) === 0) permits.push(lane.sent(now, LOAD));
  for (const permit of permits) lane.written(now, permit);
  return permits;
}

describe("the user's number", () => {
  it("bounds what is in flight, and a request that ends makes room", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [], maxConcurrent: 2 });
    const [first] = fill(lane, 0);
    expect(lane.admit(0, LOAD)).toBe(Number.POSITIVE_INFINITY);
    expect(lane.maxInFlight()).toBe(2);
    expect(lane.snapshot(0)).toMatchObject({ inFlight: 2, binding: "concurrency" });
    if (first !== undefined) lane.settle(5, first, ANSWERED);
    expect(lane.admit(5, LOAD)).toBe(0);
  });

  it("is used from the start, also with a provider of which nothing else is known", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [], maxConcurrent: 500 });
    expect(fill(lane, 0)).toHaveLength(500);
  });

  it("does not keep a limit that nobody told from being learned", () => {
    const lane = createLaneRegistry({ random: () => 0.5 }).lane(
      { account: "a", model: "m" },
      { limits: [], maxConcurrent: 50 },
    );
    const taken: number[] = [];
    const sends = drive(lane, {
      requests: 3000,
      latencyMs: () => 200,
      feedback: ({ at }) => {
        while ((taken[0] ?? at) <= at - 1000) taken.shift();
        if (taken.length >= 20) return throttled();
        taken.push(at);
        return {};
      },
    });
    expect(sends).toHaveLength(3000);
    expect(lane.snapshot(0).limits.map(({ source }) => source)).toEqual(["learned"]);
  });

  it("is shared by the lanes of an account, and whoever waits is told when a slot is free", () => {
    const lanes = createLaneRegistry();
    const limits = [FIFTY_A_SECOND];
    const one = lanes.lane({ account: "a", model: "m" }, { limits, maxConcurrent: 3 });
    const other = lanes.lane({ account: "a", model: "n" }, { limits, maxConcurrent: 3 });
    const stranger = lanes.lane({ account: "b", model: "m" }, { limits, maxConcurrent: 3 });
    const [first] = fill(one, 0);
    expect(other.admit(0, LOAD)).toBe(Number.POSITIVE_INFINITY);
    expect(stranger.admit(0, LOAD)).toBe(0);
    let told = 0;
    const unsubscribe = lanes.onChange(() => {
      told += 1;
    });
    if (first !== undefined) one.settle(5, first, ANSWERED);
    expect(told).toBe(1);
    expect(other.admit(5, LOAD)).toBe(0);
    unsubscribe();
    lanes.lane({ account: "a", model: "m" }, { limits, maxConcurrent: 5 });
    expect(told).toBe(1);
    expect(one.maxInFlight()).toBe(5);
  });
});

describe("without a number", () => {
  it("an unknown provider begins with 16, and a quick one is found out within seconds", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [] });
    expect(lane.maxInFlight()).toBe(16);
    const sends = drive(lane, { requests: 5000, latencyMs: () => 50 });
    const last = sends.at(-1)?.at ?? Number.POSITIVE_INFINITY;
    expect(last).toBeLessThan(8000);
  });

  it("an unknown provider that answers nothing is sent no more than 1,024", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [] });
    const sends = drive(lane, { requests: 2000, latencyMs: () => 600_000, untilMs: 500_000 });
    expect(sends).toHaveLength(1024);
  });

  it("an overloaded provider gets a fifth fewer at a time, once per round", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [FIFTY_A_SECOND] });
    const permits = fill(lane, 0);
    expect(permits).toHaveLength(10);
    for (const permit of permits) lane.settle(50, permit, throttled({ kind: "overloaded" }));
    expect(lane.maxInFlight()).toBe(8);
  });

  it("a known rate is never held back by answers that take long: 50 a second of 75 s", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [FIFTY_A_SECOND] });
    const sends = drive(lane, { requests: 10_000, latencyMs: (n) => 30_000 + (n % 91) * 1000 });
    const last = sends.at(-1)?.at ?? Number.POSITIVE_INFINITY;
    expect((10_000 * 1000) / last).toBeGreaterThan(49.3);
  });

  it("a known rate is not held back by a few answers that take very long among many quick ones", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [FIFTY_A_SECOND] });
    const sends = drive(lane, { requests: 10_000, latencyMs: (n) => (n % 25 === 0 ? 600_000 : 1000) });
    const last = sends.at(-1)?.at ?? Number.POSITIVE_INFINITY;
    expect((10_000 * 1000) / last).toBeGreaterThan(49.3);
  });

  it("the number told for a known rate grows with what is in flight, so that connections follow the need", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [FIFTY_A_SECOND] });
    const before = lane.maxInFlight();
    expect(before).toBe(100);
    for (let sent = 0; sent < 300; sent += 1) lane.written(sent, lane.sent(sent, LOAD));
    expect(lane.maxInFlight()).toBe(610);
  });

  it("a known rate whose provider stopped answering ends at a bound", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [FIFTY_A_SECOND] });
    for (let sent = 0; sent < 8192; sent += 1) lane.written(sent * 21, lane.sent(sent * 21, LOAD));
    expect(lane.admit(1e6, LOAD)).toBe(Number.POSITIVE_INFINITY);
  });
});
