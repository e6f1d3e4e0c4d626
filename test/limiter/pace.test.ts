import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import type { Limit } from "../../src/model/limits.ts";
import { drive, fullestWindow, type Sent, seeded } from "./drive.ts";

const one = () => 1;

function requests(perWindow: number, windowMs: number): Limit {
  return { dimension: "requests", perWindow, windowMs, source: "flag" };
}
function tokens(perWindow: number, windowMs = 60_000): Limit {
  return { dimension: "tokens", perWindow, windowMs, source: "flag" };
}
function laneWith(...limits: Limit[]) {
  return createLaneRegistry({ random: seeded(7) }).lane({ account: "a", model: "m" }, { limits });
}
function perSecond(sends: readonly Sent[]): number {
  const first = sends[0]?.at ?? 0;
  const last = sends.at(-1)?.at ?? 0;
  return ((sends.length - 1) * 1000) / (last - first);
}

describe("a limit per second", () => {
  it("of 37 is kept in every second and used to 99 %", () => {
    const sends = drive(laneWith(requests(37, 1000)), {
      requests: 1319,
      latencyMs: (n) => 1000 + (n % 30) * 100,
    });
    expect(sends).toHaveLength(1319);
    expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(37);
    expect(perSecond(sends)).toBeGreaterThanOrEqual(36.6);
  });

  it("of 37 leaves room for arrivals that are 2 ms apart from their sends, 40 ms in the cold first seconds", () => {
    const random = seeded(3);
    const sends = drive(laneWith(requests(37, 1000)), { requests: 1319 });
    const arrivals = sends.map((sent, index) => ({
      ...sent,
      at: sent.at + (index < 37 ? 39 * random() : 2.4 * random()),
    }));
    expect(fullestWindow(arrivals, 1000, one)).toBeLessThanOrEqual(37);
  });

  it("of 500 is kept although timers ring late and the loop stalls for 150 ms", () => {
    const random = seeded(11);
    const latenessMs = () => (random() < 0.002 ? 150 : random());
    const sends = drive(laneWith(requests(500, 1000)), { requests: 20_000, latenessMs });
    expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(500);
    expect(perSecond(sends)).toBeGreaterThanOrEqual(495);
  });

  it("is kept by what reaches the wire, however unevenly connections hand it over", () => {
    const sends = drive(laneWith(requests(200, 1000)), {
      requests: 2000,
      writeDelayMs: (n) => (n < 150 ? 400 : 0),
    });
    expect(sends).toHaveLength(2000);
    expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(200);
  });

  it.each([
    [0.5, 1 / 2],
    [1.5, 1.5],
    [2, 2],
    [37.5, 37],
  ])("of %d gives nearly %d a second", (limit, pace) => {
    const sends = drive(laneWith(requests(limit, 1000)), { requests: 200 });
    expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(Math.ceil(limit));
    expect(perSecond(sends)).toBeGreaterThanOrEqual(pace * 0.97);
  });

  it("of a billion asks for no memory to speak of", () => {
    const before = process.memoryUsage().arrayBuffers;
    laneWith(requests(1e9, 1000)).admit(0, { bodyBytes: 1, maxTokens: null, samples: 1 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});

describe("a limit per minute", () => {
  it("is paced evenly: never a whole minute at once, and 99 % of it over an hour", () => {
    const sends = drive(laneWith(requests(600, 60_000)), { requests: 36_000 });
    expect(fullestWindow(sends, 60_000, one)).toBeLessThanOrEqual(600);
    expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(13);
    expect(perSecond(sends)).toBeGreaterThanOrEqual(9.88);
  });

  it("of tokens is kept and used, with the output learned from the answers", () => {
    const lane = laneWith(tokens(100_000));
    const sends = drive(lane, {
      requests: 3000,
      feedback: (sent) => ({ inputTokens: 100, outputTokens: 100 + (sent.number % 201) }),
    });
    expect(sends).toHaveLength(3000);
    const weight = (sent: Sent) => 200 + (sent.number % 201);
    expect(fullestWindow(sends.slice(100), 60_000, weight)).toBeLessThanOrEqual(101_000);
    expect(perSecond(sends) * 300).toBeGreaterThanOrEqual((100_000 / 60) * 0.97);
  });

  it("of tokens lets a request larger than the bucket, and than the limit, pass", () => {
    const load = (n: number) => ({ bodyBytes: n % 10 === 0 ? 400_000 : 400, maxTokens: 10, samples: 1 });
    const sends = drive(laneWith(tokens(60_000)), { requests: 40, load });
    expect(sends).toHaveLength(40);
  });

  it("of tokens recovers from a usage that no model can have", () => {
    const lane = laneWith(tokens(60_000));
    const feedback = (sent: Sent) => (sent.number === 3 ? { inputTokens: 9e15, outputTokens: 9e15 } : {});
    const sends = drive(lane, { requests: 50, feedback });
    expect(sends).toHaveLength(50);
    expect(sends.at(-1)?.at).toBeLessThan(5 * 60_000);
  });
});

describe("whatever the schedule", () => {
  const anyLimits = fc.record({
    rps: fc.integer({ min: 1, max: 60 }),
    rpm: fc.integer({ min: 1, max: 2000 }),
    tpm: fc.integer({ min: 500, max: 200_000 }),
    use: fc.subarray(["rps", "rpm", "tpm"] as const, { minLength: 1 }),
    seed: fc.integer({ min: 1, max: 1e9 }),
  });

  it("no window holds more than a known limit allows, and nobody waits for ever", () => {
    fc.assert(
      fc.property(anyLimits, ({ rps, rpm, tpm, use, seed }) => {
        const all = { rps: requests(rps, 1000), rpm: requests(rpm, 60_000), tpm: tokens(tpm) };
        const random = seeded(seed);
        const sends = drive(laneWith(...use.map((name) => all[name])), {
          requests: 150,
          load: () => ({ bodyBytes: 4 + Math.floor(random() * 800), maxTokens: 50, samples: 1 }),
          latenessMs: () => (random() < 0.05 ? random() * 3000 : random()),
          writeDelayMs: () => (random() < 0.1 ? random() * 700 : 0),
          latencyMs: () => random() * 90_000,
        });
        expect(sends).toHaveLength(150);
        if (use.includes("rps")) expect(fullestWindow(sends, 1000, one)).toBeLessThanOrEqual(rps);
        if (use.includes("rpm")) expect(fullestWindow(sends, 60_000, one)).toBeLessThanOrEqual(rpm);
        if (use.includes("tpm")) {
          expect(fullestWindow(sends, 60_000, (sent) => sent.tokens)).toBeLessThanOrEqual(tpm);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("every request comes through throttles, failures and absurd figures, and the state stays finite", () => {
    const kinds = ["answered", "throttled", "overloaded", "failed", "not-sent"] as const;
    fc.assert(
      fc.property(anyLimits, ({ rps, rpm, tpm, use, seed }) => {
        const all = { rps: requests(rps, 1000), rpm: requests(rpm, 60_000), tpm: tokens(tpm) };
        const random = seeded(seed);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
        const lane = laneWith(...(seed % 5 === 0 ? [] : use.map((name) => all[name])));
        let last = 0;
        const sends = drive(lane, {
          requests: 100,
          latencyMs: () => random() * 2000,
          feedback: (sent) => {
            last = sent.at;
            return {
              kind: pick(kinds),
              inputTokens: pick([null, 0, 5, 500, 1e18]),
              outputTokens: pick([null, 0, 5, 1e18]),
              retryAfterMs: pick([null, null, 0, 100, 2000]),
            };
          },
        });
        expect(sends).toHaveLength(100);
        for (const limit of lane.snapshot(last).limits) expect(Number.isFinite(limit.usedShare)).toBe(true);
        expect(lane.snapshot(last + 1e7).blockedForMs).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it("whatever headers and 429s say, nobody waits for ever and what is told stays finite", () => {
    const dimensions = ["requests", "tokens"] as const;
    fc.assert(
      fc.property(anyLimits, fc.boolean(), ({ rps, seed }, areKnown) => {
        const random = seeded(seed);
        const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
        const lane = laneWith(...(areKnown ? [requests(rps, 1000)] : []));
        let last = 0;
        const sends = drive(lane, {
          requests: 120,
          latencyMs: () => 1 + random() * pick([10, 1000, 20_000]),
          told: () => [
            {
              dimension: pick(dimensions),
              limit: pick([1, 3, 60, 50_000, 1e9]),
              windowMs: pick([null, 1000, 60_000, 3_600_000]),
              remaining: pick([null, 0, 1]),
              resetMs: pick([null, 0, 50, 90_000]),
              dormant: random() < 0.2,
            },
          ],
          feedback: (sent) => {
            last = sent.at;
            return {
              kind: pick([
                "answered",
                "answered",
                "answered",
                "throttled",
                "overloaded",
                "timed-out",
                "failed",
              ]),
              reason: pick(["rate", "capacity", "overloaded", null]),
              named: pick([
                null,
                null,
                { dimension: pick(dimensions), limit: 2, windowMs: pick([1000, 60_000]) },
              ]),
              retryAfterMs: pick([null, null, 0, 2000]),
            };
          },
        });
        expect(sends).toHaveLength(120);
        const { limits, blockedForMs } = lane.snapshot(last);
        for (const { perWindow, usedShare, cumulativeShare } of limits) {
          for (const figure of [perWindow, usedShare, cumulativeShare])
            expect(Number.isFinite(figure)).toBe(true);
        }
        expect(Number.isFinite(blockedForMs)).toBe(true);
        expect(lane.maxInFlight()).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
