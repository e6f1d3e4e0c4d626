import { describe, expect, test } from "vitest";
import { answered, ended, rejected, timeout } from "./events.ts";
import { observing } from "./observing.ts";

const first = { isHedge: false };
const second = { isHedge: true };

describe("second copies of stragglers", () => {
  test("are counted as they are sent, those that answered first apart", () => {
    const { tell, now } = observing();
    tell({ type: "hedged", lane: "m" }, { type: "hedged", lane: "m" });
    tell(ended(answered(), { race: { ...second, row: "won" } }));
    tell(ended(answered(), { race: { ...first, row: "won" } }));
    expect(now().hedges).toMatchObject({ sent: 2, won: 1, cost: 0, atRisk: 0 });
  });

  test("leave behind what second answers cost, and what those that were given up may have cost", () => {
    const { tell, now } = observing();
    tell(ended(timeout, { atRisk: 500, race: { ...first, row: "lost" } }));
    tell(ended(timeout, { atRisk: null, race: { ...first, row: "lost" } }));
    tell(ended(answered({ cost: { ticks: 70, source: "provider" } }), { race: { ...second, row: "lost" } }));
    tell(ended(answered({ cost: null }), { race: { ...second, row: "lost" } }));
    const money = { cost: 70, unknownCost: 1, atRisk: 500, unpricedAtRisk: 1 };
    expect(now().hedges).toMatchObject(money);
    expect(now().run).toMatchObject(money);
  });

  test("do not make a row slow or held while the other attempt goes on", () => {
    const { tell, now } = observing();
    tell(ended(rejected, { latencyMs: 9000, race: { ...first, row: "open" } }));
    tell(ended(answered(), { latencyMs: 100, race: { ...second, row: "won" } }));
    expect(now().slowest).toMatchObject([{ ms: 100 }]);
    expect(now().held).toBe(0);
  });
});
