import { describe, expect, it } from "vitest";
import { accountOf, createLaneRegistry, limitsFor } from "../../src/limiter/index.ts";
import type { Limit } from "../../src/model/limits.ts";
import { ANSWERED, LOAD } from "./drive.ts";

const published: Limit[] = [
  { dimension: "requests", perWindow: 37, windowMs: 1000, source: "published" },
  { dimension: "tokens", perWindow: 10_000_000, windowMs: 60_000, source: "published" },
];

describe("limits", () => {
  it("are merged dimension by dimension: the flag, else what is published, else none", () => {
    expect(limitsFor({ flags: { rps: 80, rpm: 600 }, published })).toEqual([
      { dimension: "requests", perWindow: 80, windowMs: 1000, source: "flag" },
      { dimension: "requests", perWindow: 600, windowMs: 60_000, source: "flag" },
      published[1],
    ]);
    expect(limitsFor({ flags: {}, published })).toEqual(published);
    expect(limitsFor({ flags: {}, published: [] })).toEqual([]);
  });

  it("that say nothing are left out", () => {
    const absurd = [0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(
      (perWindow): Limit => ({ dimension: "tokens", perWindow, windowMs: 60_000, source: "published" }),
    );
    expect(limitsFor({ flags: { rps: 0 }, published: absurd })).toEqual([]);
  });
});

describe("lanes", () => {
  it("are shared by account and model", () => {
    const lanes = createLaneRegistry();
    const key = { account: accountOf("https://api.x.ai/v1", "xai-one"), model: "grok-4.3" };
    const one = lanes.lane(key, { limits: published });
    expect(lanes.lane({ ...key }, { limits: published })).toBe(one);
    expect(lanes.lane({ ...key, model: "grok-4.7" }, { limits: published })).not.toBe(one);
    const other = { ...key, account: accountOf("https://api.x.ai/v1", "xai-two") };
    expect(lanes.lane(other, { limits: published })).not.toBe(one);
    expect(lanes.snapshots(0).map((lane) => lane.lane)).toEqual(["grok-4.3", "grok-4.7", "grok-4.3"]);
  });

  it("never hold the key in their name", () => {
    expect(accountOf("https://api.x.ai/v1", "xai-secret")).not.toContain("secret");
    expect(accountOf("https://api.x.ai/v1", null)).toBe("https://api.x.ai/v1 no key");
  });

  it("tell each limit with its source and share, and what binds", () => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: published });
    while (lane.admit(0, LOAD) === 0) lane.written(0, lane.sent(0, LOAD));
    const snapshot = lane.snapshot(0);
    expect(snapshot.binding).toBe("rps");
    expect(snapshot.limits[0]).toMatchObject({ perWindow: 37, source: "published" });
    expect(snapshot.limits[0]?.usedShare).toBeCloseTo(7 / 37);
    expect(snapshot.limits[1]?.usedShare).toBeCloseTo((7 * 200) / 10_000_000);
    expect(lane.snapshot(5000)).toMatchObject({ binding: "nothing" });
    expect(lane.snapshot(5000).limits[0]?.usedShare).toBe(0);
  });

  it.each([
    ["rpm", { dimension: "requests", perWindow: 6, windowMs: 60_000, source: "flag" }],
    ["tpm", { dimension: "tokens", perWindow: 600, windowMs: 60_000, source: "flag" }],
  ] as const)("name %s when it binds", (binding, limit) => {
    const lane = createLaneRegistry().lane({ account: "a", model: "m" }, { limits: [limit] });
    while (lane.admit(0, LOAD) === 0) lane.written(0, lane.sent(0, LOAD));
    expect(lane.snapshot(0).binding).toBe(binding);
  });

  it("take other limits while requests are in flight, and still count what was sent", () => {
    const lanes = createLaneRegistry();
    const key = { account: "a", model: "m" };
    const lane = lanes.lane(key, { limits: [{ ...(published[0] as Limit), perWindow: 20 }] });
    const permits = Array.from({ length: 20 }, (_, n) => lane.sent(n * 10, LOAD));
    permits.forEach((permit, n) => {
      lane.written(n * 10, permit);
    });
    lanes.lane(key, { limits: [{ ...(published[0] as Limit), perWindow: 10 }] });
    expect(lane.admit(300, LOAD)).toBeGreaterThan(800);
    for (const permit of permits) lane.settle(400, permit, ANSWERED);
    expect(lane.snapshot(400)).toMatchObject({ inFlight: 0 });
    expect(lane.admit(2000, LOAD)).toBe(0);
  });
});
