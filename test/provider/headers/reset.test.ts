import { describe, expect, it } from "vitest";
import { untilReset } from "../../../src/provider/headers/reset.ts";
import { type Headers, NOW } from "./heads.ts";

const until = (text: string | undefined, headers: Headers = {}) =>
  untilReset(text, { status: 200, headers }, () => NOW);

describe("a reset", () => {
  it.each([
    ["1s", 1000],
    ["6m0s", 360_000],
    ["120ms", 120],
    ["1h2m3s", 3_723_000],
    ["60", 60_000],
    ["0", 0],
    ["33011.382867097855", 33_011_382.867],
    [String(NOW + 1500), 1500],
    [String(NOW / 1000 + 90), 90_000],
    ["2026-11-25T12:00:15Z", 15_000],
    ["2026-11-25T13:00:15+01:00", 15_000],
    ["2026-11-25T11:59:30Z", 0],
  ])("of %j is %d ms away", (text, expected) => {
    expect(until(text)).toBeCloseTo(expected, 2);
  });

  it.each([
    undefined,
    "",
    "-1",
    "soon",
    "1e18",
    "9".repeat(30),
    "1600000000",
    "2024-01-01T00:00:00Z",
    "2026-13-99T99:99:99Z",
  ])("of %j says nothing", (text) => {
    expect(until(text)).toBeNull();
  });

  it("is counted from the server's clock where it tells it", () => {
    expect(until("2026-11-25T12:00:15Z", { date: "Wed, 25 Nov 2026 12:00:05 GMT" })).toBe(10_000);
  });
});
