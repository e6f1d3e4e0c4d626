import { describe, expect, it } from "vitest";
import { type Job, jobOf } from "../../src/engine/job.ts";
import { WaitingRows } from "../../src/engine/waiting-rows.ts";

function job(index: number, { isSetAside = false, bytes = 10 } = {}): Job {
  const place = { index, line: index + 1, customId: null, offset: 0, length: 0, lane: "m" };
  const request = { path: "/p", model: "m", body: new Uint8Array(bytes), maxTokens: null, samples: 1 };
  return Object.assign(jobOf(place, request), { isSetAside });
}

describe("rows that wait to go again", () => {
  it("come when they are due, those without a wait first", () => {
    const rows = new WaitingRows();
    rows.put(job(1), 500, 0);
    rows.put(job(2), 0, 0);
    expect(rows.take(100, false)?.index).toBe(2);
    expect(rows.take(499, false)).toBeUndefined();
    expect(rows.next(false)).toBe(500);
    expect(rows.take(500, false)?.index).toBe(1);
    expect(rows.next(false)).toBe(Number.POSITIVE_INFINITY);
  });

  it("wait a minute longer when they are set aside and others are to be sent", () => {
    const rows = new WaitingRows();
    rows.put(job(1, { isSetAside: true }), 500, 0);
    expect(rows.next(false)).toBe(60_500);
    expect(rows.take(60_499, false)).toBeUndefined();
    expect(rows.take(60_500, false)?.index).toBe(1);
  });

  it("do not wait longer where somebody waits for each of them", () => {
    const rows = new WaitingRows(0);
    rows.put(job(1, { isSetAside: true }), 500, 0);
    expect(rows.take(500, false)?.index).toBe(1);
  });

  it("are due by their own delay when nothing else is left", () => {
    const rows = new WaitingRows();
    rows.put(job(1, { isSetAside: true }), 500, 0);
    rows.put(job(2), 700, 0);
    expect(rows.take(600, true)).toBeUndefined();
    expect(rows.take(700, true)?.index).toBe(2);
    expect(rows.next(true)).toBe(500);
    expect(rows.take(700, true)?.index).toBe(1);
  });

  it("are full with many rows or large bodies, and not once those are gone", () => {
    const many = new WaitingRows();
    for (let index = 0; index < 16_384; index += 1) many.put(job(index), 500, 0);
    expect(many.isFull).toBe(true);
    const large = new WaitingRows();
    for (const index of [1, 2]) large.put(job(index, { bytes: 16 * 1024 * 1024 }), 500, 0);
    expect(large.isFull).toBe(true);
    large.take(500, false);
    expect(large.isFull).toBe(false);
    expect(many.takeAll()).toHaveLength(16_384);
    expect(many.isFull).toBe(false);
  });
});
