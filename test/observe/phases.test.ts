import { describe, expect, test } from "vitest";
import { lane, SENT, settled } from "./events.ts";
import { observing, STARTED } from "./observing.ts";

describe("phases", () => {
  test("a pause ends at its time, or with the lane's next request", () => {
    const { clock, tell, now } = observing();
    tell(STARTED, {
      type: "paused",
      lane: "m",
      reason: "daily",
      untilWall: clock.wall() + 1000,
      parked: false,
      repeated: false,
    });
    expect(now()).toMatchObject({ phase: "paused", paused: { lane: "m", reason: "daily", forMs: 1000 } });
    clock.advance(1000);
    expect(now()).toMatchObject({ phase: "running", paused: null });
    tell({ type: "paused", lane: "m", reason: "capacity", untilWall: null, parked: false, repeated: false });
    expect(now().paused).toEqual({
      lane: "m",
      reason: "capacity",
      untilWall: null,
      forMs: null,
      parked: false,
    });
    tell(SENT);
    expect(now().phase).toBe("running");
  });

  test("a run is paused when nothing else goes on; a lane's own pause is told in any case", () => {
    let other = lane({ lane: "n", binding: "rps" });
    const waits = lane({ inFlight: 0, binding: "provider" });
    const { clock, tell, now, finish } = observing({ lanes: () => [waits, other] });
    const untilWall = clock.wall() + 5000;
    tell(STARTED, { type: "paused", lane: "m", reason: "daily", untilWall, parked: true, repeated: false });
    const paused = { reason: "daily", untilWall, forMs: 5000, parked: true };
    expect(now()).toMatchObject({ phase: "running", paused: null });
    expect(now().lanes.map((view) => view.paused)).toEqual([paused, null]);
    other = lane({ lane: "n", inFlight: 0, binding: "nothing" });
    expect(now()).toMatchObject({ phase: "paused", paused: { lane: "m", ...paused } });
    finish();
    expect(now()).toMatchObject({ phase: "finished", paused: null });
    expect(now().lanes[0]?.paused).toEqual(paused);
  });

  test("of several lanes that wait the first to open is the one to wait for", () => {
    const { clock, tell, now } = observing();
    for (const [name, ms] of [
      ["late", 9000],
      ["soon", 2000],
    ] as const) {
      const untilWall = clock.wall() + ms;
      tell({ type: "paused", lane: name, reason: "daily", untilWall, parked: false, repeated: false });
    }
    expect(now().paused?.lane).toBe("soon");
    clock.advance(2000);
    expect(now().paused?.lane).toBe("late");
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
