import { describe, expect, test } from "vitest";
import { answered, ended, lane, SENT, settled, timeout } from "./events.ts";
import { observing, STARTED } from "./observing.ts";

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
    tell({
      type: "paused",
      lane: "m",
      reason: "daily limit",
      untilWall: clock.wall() + 60_000,
      parked: false,
      repeated: false,
    });
    expect(now().etaMs).toBe(open + 60_000);
  });

  test("is no sooner than the last lane that waits", () => {
    const { clock, tell, now } = observing({ lanes: () => [lane({ lane: "n", binding: "rps" })] });
    tell(STARTED, ...Array.from({ length: 45 }, () => settled()));
    clock.advance(5000);
    const untilWall = clock.wall() + 3_600_000;
    tell({ type: "paused", lane: "m", reason: "daily", untilWall, parked: true, repeated: false });
    expect(now().etaMs).toBe(3_600_000);
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
    let standing = lane({ binding: "rps" });
    const { clock, now } = observing({ lanes: () => [standing] });
    now();
    clock.advance(5000);
    standing = lane({ binding: "disk" });
    now();
    clock.advance(100);
    expect(now().bound).toMatchObject({ by: "rps" });
    clock.advance(2000);
    expect(now().bound?.by).toBe("disk");
    expect(now().bound?.share).toBeGreaterThan(0.8);
  });

  test("is asked of the lanes, and a lane with nothing to start does not hide the others", () => {
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

describe("a lane", () => {
  test("is shown as it stands, with what this run sent through it", () => {
    const { tell, now } = observing({ lanes: () => [lane()] });
    tell(STARTED, SENT, SENT, SENT);
    expect(now().lanes).toEqual([{ ...lane(), sent: 3, paused: null }]);
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
