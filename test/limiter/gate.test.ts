import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Limiter } from "../../src/model/limiter.ts";
import { ANSWERED, LOAD, throttled } from "./drive.ts";

function laneOf(): Limiter {
  const limits = [{ dimension: "requests", perWindow: 6000, windowMs: 60_000, source: "flag" }] as const;
  return createLaneRegistry({ random: () => 0 }).lane({ account: "a", model: "m" }, { limits });
}
function send(lane: Limiter, now: number) {
  const permit = lane.sent(now, LOAD);
  lane.written(now, permit);
  return permit;
}

describe("after a throttled answer", () => {
  it("the lane pauses for what Retry-After says and a little more", () => {
    const lane = laneOf();
    const permit = send(lane, 0);
    lane.settle(10, permit, throttled({ retryAfterMs: 2000 }));
    expect(lane.admit(10, LOAD)).toBe(2020);
    expect(lane.snapshot(10)).toMatchObject({ binding: "provider", blockedForMs: 2020 });
    expect(lane.admit(2030, LOAD)).toBe(0);
  });

  it("without Retry-After the pause begins at a quarter of a second and doubles to ten", () => {
    const lane = laneOf();
    let now = 0;
    const pauses: number[] = [];
    for (let episode = 0; episode < 8; episode += 1) {
      const permit = send(lane, now);
      lane.settle(now + 10, permit, throttled());
      now += 10;
      const pause = lane.admit(now, LOAD);
      pauses.push(pause);
      now += pause;
    }
    const expected = [200, 400, 800, 1600, 3200, 6400, 8000, 8000];
    pauses.forEach((pause, episode) => {
      expect(pause).toBeCloseTo(expected[episode] ?? 0, 6);
    });
  });

  it("a probe that is rejected with a Retry-After of 0 still makes the next pause longer", () => {
    const lane = laneOf();
    const first = send(lane, 0);
    lane.settle(10, first, throttled({ retryAfterMs: 0 }));
    const pause = lane.admit(10, LOAD);
    expect(pause).toBe(20);
    const probe = send(lane, 100);
    lane.settle(110, probe, throttled({ retryAfterMs: 0 }));
    expect(lane.admit(110, LOAD)).toBeGreaterThan(300);
  });

  it("a hundred rejections of one burst are one pause, and only a longer Retry-After extends it", () => {
    const lane = laneOf();
    const burst = Array.from({ length: 100 }, () => send(lane, 0));
    for (const permit of burst.slice(0, 99)) lane.settle(10, permit, throttled());
    expect(lane.admit(10, LOAD)).toBe(200);
    const late = burst[99];
    if (late !== undefined) lane.settle(20, late, throttled({ retryAfterMs: 5000 }));
    expect(lane.admit(20, LOAD)).toBe(5020);
  });

  it("exactly one probe goes, and the lane opens when it is answered", () => {
    const lane = laneOf();
    lane.settle(10, send(lane, 0), throttled());
    const open = 10 + lane.admit(10, LOAD);
    expect(lane.admit(open, LOAD)).toBe(0);
    const probe = send(lane, open);
    expect(lane.admit(open + 1, LOAD)).toBeGreaterThan(100);
    lane.settle(open + 5, probe, ANSWERED);
    expect(lane.admit(open + 200, LOAD)).toBe(0);
    send(lane, open + 200);
    expect(lane.admit(open + 220, LOAD)).toBe(0);
  });

  it("the lane opens by silence, long before a slow answer", () => {
    const lane = laneOf();
    lane.settle(10, send(lane, 0), throttled());
    const open = 10 + lane.admit(10, LOAD);
    send(lane, open);
    const silence = lane.admit(open, LOAD);
    expect(silence).toBeGreaterThan(300);
    expect(silence).toBeLessThanOrEqual(600);
    expect(lane.admit(open + silence, LOAD)).toBe(0);
    send(lane, open + silence);
    expect(lane.admit(open + silence + 50, LOAD)).toBe(0);
  });

  it("a probe that never reached the provider is replaced by another", () => {
    const lane = laneOf();
    lane.settle(10, send(lane, 0), throttled());
    const open = 10 + lane.admit(10, LOAD);
    const probe = lane.sent(open, LOAD);
    lane.settle(open + 1, probe, { ...ANSWERED, kind: "not-sent" });
    expect(lane.admit(open + 20, LOAD)).toBe(0);
  });

  it("an overloaded provider is paused for in the same way", () => {
    const lane = laneOf();
    lane.settle(10, send(lane, 0), throttled({ kind: "overloaded", retryAfterMs: 1000 }));
    expect(lane.admit(10, LOAD)).toBe(1020);
  });

  it("a wait of a day parks the lane and the snapshot tells for how long", () => {
    const lane = laneOf();
    lane.settle(0, send(lane, 0), throttled({ retryAfterMs: 86_400_000 }));
    expect(lane.snapshot(0).blockedForMs).toBe(86_400_020);
    expect(lane.snapshot(86_000_000).blockedForMs).toBe(400_020);
  });

  it("sends are paced from nothing again, without a burst", () => {
    const lane = laneOf();
    lane.settle(10, send(lane, 0), throttled());
    const open = 10 + lane.admit(10, LOAD);
    lane.settle(open + 1, send(lane, open), ANSWERED);
    let sentAtOnce = 0;
    while (lane.admit(open + 1, LOAD) === 0 && sentAtOnce < 100) {
      send(lane, open + 1);
      sentAtOnce += 1;
    }
    expect(sentAtOnce).toBeLessThanOrEqual(20);
  });
});
