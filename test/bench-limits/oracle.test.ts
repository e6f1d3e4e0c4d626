import { describe, expect, it } from "vitest";
import { oracleMs } from "../../bench/limits/oracle.ts";
import { smallScenario } from "./small-scenario.ts";

describe("the oracle", () => {
  it("spends the burst at once, then follows the rate, and waits for the last answer", () => {
    expect(oracleMs(smallScenario(), 1)).toBeCloseTo(190 * 100 + 1000);
  });

  it("never fills more slots than the server has", () => {
    const capacity = { slots: 5, rejectsAbove: 1.5 };
    expect(oracleMs(smallScenario({ limits: [], capacity }), 1)).toBeCloseTo((200 / 5) * 1000);
  });

  it("follows a limit that changes", () => {
    const changes = [{ atMs: 5000, scale: 0.5 }];
    expect(oracleMs(smallScenario({ changes }), 1)).toBeCloseTo(5000 + 140 * 200 + 1000, -3);
  });

  it("leaves a neighbour its share", () => {
    const neighbour = { fromMs: 0, untilMs: 1e9, perSecond: 5 };
    const shared = oracleMs(smallScenario({ neighbour }), 1);
    expect(shared / oracleMs(smallScenario(), 1)).toBeCloseTo(2, 0);
  });
});
