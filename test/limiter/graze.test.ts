import { describe, expect, it } from "vitest";
import { Graze } from "../../src/limiter/graze.ts";

const SOON = { askedMs: 0, placeMs: 2 };

describe("a known short window that was grazed", () => {
  it("is left alone until it has a place again, and no longer", () => {
    const graze = new Graze();
    expect(graze.wait(100)).toBe(0);
    expect(graze.throttled(100, { ...SOON, sequence: 50, newest: 55 })).toBe(true);
    expect(graze.wait(100)).toBe(2);
    expect(graze.wait(102)).toBe(0);
  });

  it("is left alone for as long as the provider asks", () => {
    const graze = new Graze();
    graze.throttled(100, { ...SOON, askedMs: 40, sequence: 50, newest: 55 });
    expect(graze.wait(100)).toBe(40);
  });

  it("is another matter where the provider asks for more than a second", () => {
    expect(new Graze().throttled(100, { ...SOON, askedMs: 1001, sequence: 50, newest: 55 })).toBe(false);
  });

  it("is grazed once by all that were sent before the first was turned away", () => {
    const graze = new Graze();
    for (let sequence = 50; sequence <= 55; sequence += 1) {
      expect(graze.throttled(100, { ...SOON, sequence, newest: 55 })).toBe(true);
    }
    expect(graze.wait(100)).toBe(2);
  });

  it("is left alone twice as long each time one of the next is turned away, until it is no graze any more", () => {
    const graze = new Graze();
    const pauses: number[] = [];
    let sequence = 50;
    while (graze.throttled(100, { ...SOON, sequence, newest: sequence })) {
      pauses.push(graze.wait(100));
      sequence += 1;
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128]);
  });

  it("is grazed anew after many that were taken", () => {
    const graze = new Graze();
    graze.throttled(100, { ...SOON, sequence: 50, newest: 50 });
    graze.throttled(200, { ...SOON, sequence: 90, newest: 90 });
    expect(graze.wait(200)).toBe(2);
  });
});
