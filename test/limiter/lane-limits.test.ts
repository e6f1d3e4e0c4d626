import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Limiter } from "../../src/model/limiter.ts";
import type { Limit, ToldLimit } from "../../src/model/limits.ts";
import { ANSWERED, drive, fullestWindow, LOAD, throttled } from "./drive.ts";

const MINUTE = 60_000;
const TOLD: ToldLimit = {
  dimension: "requests",
  limit: 600,
  windowMs: MINUTE,
  remaining: 599,
  resetMs: 100,
  dormant: false,
};

function laneWith(...limits: Limit[]): Limiter {
  return createLaneRegistry({ random: () => 0 }).lane({ account: "a", model: "m" }, { limits });
}
/** One request whose response tells these limits. */
function tell(lane: Limiter, now: number, ...told: ToldLimit[]): void {
  const permit = lane.sent(now, LOAD);
  lane.written(now, permit);
  lane.told(now + 50, permit, told);
  lane.settle(now + 50, permit, ANSWERED);
}
function sources(lane: Limiter): unknown[] {
  return lane.snapshot(0).limits.map(({ perWindow, source, windowMs }) => [perWindow, windowMs, source]);
}

describe("a limit that a header tells", () => {
  it("becomes a pacer from the first response on", () => {
    const lane = laneWith();
    tell(lane, 0, TOLD, { ...TOLD, dimension: "tokens", limit: 90_000, remaining: 89_000 });
    expect(sources(lane)).toEqual([
      [600, MINUTE, "header"],
      [90_000, MINUTE, "header"],
    ]);
    const sends = drive(lane, { requests: 2000 });
    expect(fullestWindow(sends, MINUTE, () => 1)).toBeLessThanOrEqual(600);
  });

  it("per day never becomes one per minute: a thousand a day are not spread over a day either", () => {
    const lane = laneWith();
    tell(lane, 0, { ...TOLD, limit: 1000, remaining: 999, windowMs: null, resetMs: 86_400 });
    expect(sources(lane)).toEqual([[1000, 86_400_000, "header"]]);
    const sends = drive(lane, { requests: 900 });
    expect(sends.at(-1)?.at).toBeLessThan(2 * MINUTE);
  });

  it("without a window and a reset says nothing", () => {
    const lane = laneWith();
    tell(lane, 0, { ...TOLD, windowMs: null, resetMs: null });
    expect(sources(lane)).toEqual([]);
  });

  it("whose window was guessed wrongly at first moves to the right one", () => {
    const lane = laneWith();
    for (let used = 1; used <= 4; used += 1) {
      tell(lane, used * 100, {
        ...TOLD,
        limit: 50,
        remaining: 50 - used,
        windowMs: null,
        resetMs: used * 20,
      });
    }
    expect(sources(lane)).toEqual([[50, 1000, "header"]]);
  });

  it("that is lowered finds the window as full as it was, however often", () => {
    const lane = laneWith();
    tell(lane, 0, TOLD);
    const now = drive(lane, { requests: 299 }).at(-1)?.at ?? 0;
    expect(lane.snapshot(now).limits[0]?.usedShare).toBeCloseTo(0.5);
    tell(lane, now, { ...TOLD, limit: 60, remaining: 30 });
    expect(lane.snapshot(now).limits[0]?.usedShare).toBeCloseTo(0.5, 1);
  });

  it("that an older request's response tells later is not believed any more", () => {
    const lane = laneWith();
    const older = lane.sent(0, LOAD);
    tell(lane, 10, { ...TOLD, limit: 300 });
    lane.told(100, older, [TOLD]);
    expect(sources(lane)).toEqual([[300, MINUTE, "header"]]);
  });

  it("slows the lane down where others use it too", () => {
    const lane = laneWith();
    tell(lane, 0, { ...TOLD, remaining: 600 });
    for (let second = 1; second < 9; second += 1) tell(lane, second * 1000, { ...TOLD, remaining: 0 });
    while (lane.admit(9000, LOAD) === 0) lane.written(9000, lane.sent(9000, LOAD));
    expect(lane.admit(9000, LOAD)).toBeGreaterThan(300);
  });
});

describe("a limit that a 429 names", () => {
  it("becomes a pacer", () => {
    const lane = laneWith();
    const permit = lane.sent(0, LOAD);
    lane.written(0, permit);
    const named = { dimension: "requests", limit: 2, windowMs: 1000 } as const;
    lane.settle(50, permit, throttled({ reason: "rate", named }));
    expect(sources(lane)).toEqual([[2, 1000, "429"]]);
  });

  it("wakes the dormant limit of its window: xAI's minute, after its second was all that was believed", () => {
    const lane = laneWith();
    tell(
      lane,
      0,
      { ...TOLD, limit: 37.5, windowMs: 1000, remaining: null },
      { ...TOLD, limit: 1800, dormant: true },
    );
    expect(sources(lane)).toEqual([[37.5, 1000, "header"]]);
    const permit = lane.sent(100, LOAD);
    const named = { dimension: "requests", limit: 1800, windowMs: MINUTE } as const;
    lane.settle(150, permit, throttled({ reason: "rate", named }));
    expect(sources(lane)[1]).toEqual([1800, MINUTE, "header"]);
  });

  it("that is over for today parks the lane, teaches nothing, and the snapshot says for how long", () => {
    const lane = laneWith();
    const permit = lane.sent(0, LOAD);
    lane.settle(50, permit, throttled({ reason: "daily", retryAfterMs: 7_200_000 }));
    expect(lane.snapshot(50).blockedForMs).toBeGreaterThanOrEqual(7_200_000);
    expect(lane.snapshot(50).limits).toEqual([]);
  });
});
