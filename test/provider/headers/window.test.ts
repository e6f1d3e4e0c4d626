import { describe, expect, it } from "vitest";
import { minuteOrDay, plainMinute } from "../../../src/provider/headers/window.ts";
import { DAY, MINUTE } from "./heads.ts";

describe("the window that figures show", () => {
  it.each([
    [{ limit: 10_000, remaining: 9999, resetMs: 6 }, MINUTE, MINUTE],
    [{ limit: 30_000, remaining: 29_999, resetMs: 2 }, MINUTE, MINUTE],
    [{ limit: 3, remaining: 0, resetMs: 59_000 }, MINUTE, MINUTE],
    [{ limit: 10_000, remaining: 9999, resetMs: 8640 }, null, DAY],
    [{ limit: 1000, remaining: 500, resetMs: 300_000 }, null, null],
    [{ limit: 1000, remaining: 1000, resetMs: 0 }, null, null],
    [{ limit: 1000, remaining: null, resetMs: 60 }, null, null],
    [{ limit: 1000, remaining: 999, resetMs: null }, null, null],
  ])("%j: %j, or %j for a provider that has both", (figures, minute, either) => {
    expect(plainMinute(figures)).toBe(minute);
    expect(minuteOrDay(figures)).toBe(either);
  });
});
