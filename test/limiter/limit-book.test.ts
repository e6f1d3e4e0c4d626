import { describe, expect, it } from "vitest";
import { type DatedLimit, LimitBook } from "../../src/limiter/limit-book.ts";
import type { Limit } from "../../src/model/limits.ts";

const MINUTE = 60_000;
const PER_MINUTE = { dimension: "requests", windowMs: MINUTE } as const;

function limit(perWindow: number, source: Limit["source"]): Limit {
  return { ...PER_MINUTE, perWindow, source };
}
function told(number: number, over: Partial<DatedLimit> = {}): DatedLimit {
  return { ...PER_MINUTE, limit: number, remaining: null, resetMs: null, dormant: false, ...over };
}

describe("which limit holds", () => {
  it("a header replaces what is published, upwards too", () => {
    const book = new LimitBook();
    book.give([limit(600, "published")]);
    expect(book.told(told(1200))).toBe(true);
    expect(book.told(told(1200))).toBe(false);
    expect(book.inForce()).toEqual([limit(1200, "header")]);
  });

  it("a header lowers a flag, never raises it, and what it said holds when it says no more", () => {
    const book = new LimitBook();
    book.give([limit(600, "flag")]);
    book.told(told(1200));
    expect(book.inForce()).toEqual([limit(600, "flag")]);
    book.told(told(300));
    expect(book.inForce()).toEqual([limit(300, "header")]);
    book.give([limit(200, "flag")]);
    expect(book.inForce()).toEqual([limit(200, "flag")]);
    book.give([]);
    expect(book.inForce()).toEqual([limit(300, "header")]);
  });

  it("a 429's text makes a limit or lowers it, until a header says something new", () => {
    const book = new LimitBook();
    expect(book.named({ ...PER_MINUTE, limit: 100 })).toBe(true);
    expect(book.inForce()).toEqual([limit(100, "429")]);
    book.told(told(80));
    expect(book.named({ ...PER_MINUTE, limit: 90 })).toBe(false);
    expect(book.named({ ...PER_MINUTE, limit: 50 })).toBe(true);
    expect(book.told(told(80))).toBe(false);
    expect(book.inForce()).toEqual([limit(50, "429")]);
    book.told(told(160));
    expect(book.inForce()).toEqual([limit(160, "header")]);
  });

  it("a dormant limit sleeps until a 429 speaks of its window", () => {
    const book = new LimitBook();
    book.told(told(37.5, { windowMs: 1000 }));
    expect(book.told(told(1800, { dormant: true }))).toBe(false);
    expect(book.inForce()).toHaveLength(1);
    book.named({ ...PER_MINUTE, limit: 1800 });
    expect(book.inForce()[1]).toEqual(limit(1800, "header"));
    expect(book.told(told(2000, { dormant: true }))).toBe(true);
  });

  it("windows and dimensions stand beside each other, and a withdrawn one is gone", () => {
    const book = new LimitBook();
    book.told(told(100));
    book.told(told(5, { windowMs: 1000 }));
    book.told(told(9000, { dimension: "tokens" }));
    expect(book.inForce()).toHaveLength(3);
    book.withdraw("requests", MINUTE);
    expect(book.inForce()).toHaveLength(2);
  });
});
