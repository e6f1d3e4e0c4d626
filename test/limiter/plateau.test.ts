import { describe, expect, it } from "vitest";
import { Plateau } from "../../src/limiter/plateau.ts";

function send(plateau: Plateau, from: number, count: number, everyMs: number): void {
  for (let sent = 0; sent < count; sent += 1) plateau.sent(from + sent * everyMs);
}
const FACTS = { before: 0.01, blockMs: 500, latencyMs: 1000 };

describe("the plateau", () => {
  it("after a first rejection that came too soon to measure is a quarter of the rate", () => {
    const plateau = new Plateau();
    send(plateau, 0, 10, 100);
    expect(plateau.first(1000, 0.016, 1000)).toBeCloseTo(0.004);
  });

  it("is what was taken, never above the rate that was rejected", () => {
    const plateau = new Plateau();
    send(plateau, 0, 120, 83);
    expect(plateau.first(10_000, 0.016, 1000)).toBeCloseTo(0.012);
    send(plateau, 10_000, 100, 100);
    expect(plateau.next(20_000, 0.0105, FACTS)).toBeCloseTo(0.0102, 3);
    send(plateau, 20_000, 100, 100);
    expect(plateau.next(30_000, 0.0101, FACTS)).toBeLessThanOrEqual(0.0101);
    expect(plateau.agreed).toBeGreaterThan(0);
  });

  it("does not sink with every rejection of one debt", () => {
    const plateau = new Plateau();
    send(plateau, 0, 1200, 100);
    const before = plateau.next(120_000, 0.0101, FACTS);
    let last = before;
    for (let probe = 0; probe < 6; probe += 1) {
      plateau.sent(121_000 + probe * 1000);
      last = plateau.next(121_500 + probe * 1000, last, FACTS);
    }
    expect(plateau.untold).toBe(6);
    expect(last).toBeGreaterThan(0.85 * before);
  });
});
