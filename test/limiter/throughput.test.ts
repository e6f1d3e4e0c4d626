import { describe, expect, it } from "vitest";
import { Throughput } from "../../src/limiter/throughput.ts";

function play(
  throughput: Throughput,
  seconds: number,
  sentPerSecond: number,
  answeredPerSecond: number,
): void {
  for (let ms = 0; ms < seconds * 1000; ms += 1) {
    if (ms % (1000 / sentPerSecond) === 0) throughput.sent(ms);
    if (ms % (1000 / answeredPerSecond) === 0) throughput.answered();
    throughput.tick(ms, 1000);
  }
}

describe("throughput", () => {
  it("tells what is sent and answered, and how far beyond both a rate may be tried", () => {
    const throughput = new Throughput();
    play(throughput, 60, 10, 5);
    expect(throughput.sentPerMs).toBeCloseTo(0.01);
    expect(throughput.answeredPerMs).toBeCloseTo(0.005, 3);
    expect(throughput.provenPerMs).toBeCloseTo(0.0064, 3);
  });

  it("is looked at every two seconds, with quick answers after a few requests", () => {
    const throughput = new Throughput();
    for (let sent = 0; sent < 5; sent += 1) throughput.sent(sent);
    expect(throughput.tick(1999, 5)).toBe(false);
    expect(throughput.tick(2000, 5)).toBe(true);
    throughput.answered();
    for (let sent = 0; sent < 5; sent += 1) throughput.sent(2001 + sent);
    expect(throughput.tick(2019, 5)).toBe(false);
    expect(throughput.tick(2020, 5)).toBe(true);
  });

  it("says that a provider keeps up while few are in flight, or no answer could tell, or enough come", () => {
    const blind = new Throughput();
    expect([63, 1023, 1024].map((inFlight) => blind.keepsUp(inFlight))).toEqual([true, true, false]);
    const slow = new Throughput();
    play(slow, 10, 10, 1);
    expect(slow.keepsUp(100)).toBe(false);
    expect(slow.keepsUp(10)).toBe(true);
    const quick = new Throughput();
    play(quick, 10, 10, 5);
    expect(quick.keepsUp(100)).toBe(true);
  });
});
