import { describe, expect, it } from "vitest";
import { Breaker } from "../../src/engine/breaker.ts";

const row = (index: number, startedAt = 0) => ({ startedAt, job: { index } });
const [one, two, three, next] = [row(1), row(2), row(3), row(4)];
const NEVER = Number.POSITIVE_INFINITY;

/** Opened at 0 by three rows, closed to everybody for 250 ms. */
function opened(): Breaker {
  const breaker = new Breaker({ failures: 3, rows: 1 });
  for (const attempt of [one, two, three]) breaker.failed(0, attempt, 0, 0);
  return breaker;
}

describe("a breaker", () => {
  it("opens with the last failure of its handful", () => {
    const breaker = new Breaker({ failures: 3, rows: 1 });
    breaker.failed(0, one, 0, 0);
    breaker.failed(0, two, 0, 0);
    expect(breaker.admit(0)).toBe(0);
    breaker.failed(0, three, 0, 0);
    expect(breaker.admit(0)).toBe(250);
    expect(breaker.isOpen).toBe(true);
  });

  it("counts from the beginning after a success", () => {
    const breaker = new Breaker({ failures: 3, rows: 1 });
    for (let turn = 0; turn < 10; turn += 1) {
      breaker.failed(0, one, 0, 0);
      breaker.failed(0, two, 0, 0);
      breaker.succeeded(three);
    }
    expect(breaker.isOpen).toBe(false);
    expect(breaker.lastsForMs).toBe(0);
  });

  it("is not opened by one row alone where it needs several", () => {
    const breaker = new Breaker({ failures: 3, rows: 2 });
    for (let turn = 0; turn < 10; turn += 1) breaker.failed(0, one, 0, 0);
    expect(breaker.isOpen).toBe(false);
    breaker.failed(0, two, 0, 0);
    expect(breaker.isOpen).toBe(true);
  });

  it("is opened by half of what is in flight, where that is more: quick failures come home before slow successes", () => {
    const breaker = new Breaker({ failures: 3, rows: 1 });
    for (let failure = 1; failure < 20; failure += 1) breaker.failed(0, row(failure), 50, 40);
    expect(breaker.isOpen).toBe(false);
    breaker.failed(0, row(20), 50, 40);
    expect(breaker.isOpen).toBe(true);
  });

  it("lets one probe go after its pause, and doubles the pause when that fails, up to 10 s", () => {
    const breaker = opened();
    const pauses: number[] = [];
    for (let now = 250, probes = 0; probes < 8; probes += 1) {
      expect(breaker.admit(now)).toBe(0);
      const attempt = row(probes, now);
      breaker.started(attempt);
      expect(breaker.admit(now)).toBe(NEVER);
      breaker.failed(now, attempt, 0, 0);
      pauses.push(breaker.admit(now));
      now += breaker.admit(now);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it("closes on the first success that was sent since it opened, and on none from before", () => {
    const breaker = opened();
    breaker.succeeded(row(9, -10));
    expect(breaker.isOpen).toBe(true);
    const probe = row(5, 300);
    breaker.started(probe);
    breaker.succeeded(probe);
    expect(breaker.admit(300)).toBe(0);
    expect(breaker.isOpen).toBe(false);
  });

  it("takes a probe for accepted that is written and does not fail within a second", () => {
    const breaker = opened();
    breaker.started(next);
    expect(breaker.written(300, one)).toBe(false);
    expect(breaker.written(300, next)).toBe(true);
    expect(breaker.admit(300)).toBe(1000);
    expect(breaker.admit(1300)).toBe(0);
    expect(breaker.isOpen).toBe(false);
  });

  it("waits longer than the slowest failure took before it believes a silent probe", () => {
    const breaker = new Breaker({ failures: 2, rows: 1 });
    breaker.failed(60_000, one, 60_000, 0);
    breaker.failed(60_000, two, 60_000, 0);
    breaker.started(next);
    breaker.written(60_250, next);
    expect(breaker.admit(60_250)).toBe(90_000);
  });

  it("is not lengthened by failures of sends that were made before", () => {
    const breaker = opened();
    breaker.failed(100, one, 0, 0);
    expect(breaker.admit(250)).toBe(0);
    breaker.started(next);
    breaker.failed(260, two, 0, 0);
    expect(breaker.admit(260)).toBe(NEVER);
  });

  it("sends another probe when one ended without telling anything", () => {
    const breaker = opened();
    breaker.started(next);
    breaker.ended(one);
    expect(breaker.admit(300)).toBe(NEVER);
    breaker.ended(next);
    expect(breaker.admit(300)).toBe(0);
  });

  it("knows how long nothing has got through", () => {
    const breaker = opened();
    breaker.failed(5000, next, 0, 0);
    expect(breaker.lastsForMs).toBe(5000);
    breaker.succeeded(next);
    expect(breaker.lastsForMs).toBe(0);
  });
});
