import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { adopt, answer, answered, begin, ended, fail, intend, outcome, rows, start } from "./rows.ts";

export function moneyOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: sums`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("count rows by how they stand", async () => {
      await start(ledger(), ["a", "b", "c", "d", "e", "f", { text: "", kind: "blank" }]);
      await answer(ledger(), 0);
      await fail(ledger(), 1, "rejected");
      await fail(ledger(), 2, "failed");
      await fail(ledger(), 3, "held");
      await ledger().skip([{ index: 4, error: { code: "stopped", message: "stopped" } }]);
      const standing = { todo: 1, answered: 1, rejected: 1, failed: 1, unknown: 1, unsent: 1, blank: 1 };
      expect(await ledger().totals()).toMatchObject(standing);
      expect(await (await reopen()).totals()).toMatchObject(standing);
    });

    it("count attempts by ending, those under way as pending", async () => {
      await start(ledger(), ["a", "b"]);
      await intend(ledger(), 0);
      await ledger().settle([ended(0, "throttled", { counts: false })]);
      await intend(ledger(), 0);
      await ledger().settle([ended(0, "unprocessed", { counts: false })]);
      await answer(ledger(), 0);
      await intend(ledger(), 1);
      expect((await ledger().totals()).attempts).toEqual({
        throttled: 1,
        unprocessed: 1,
        answered: 1,
        pending: 1,
      });
    });

    it("book an intent as money at risk until its ending is known", async () => {
      await start(ledger(), ["a", "b", "c"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 1, null);
      expect(await ledger().totals()).toMatchObject({ atRisk: 300, unpricedAtRisk: 1 });
      await ledger().settle([answered(0), ended(1, "ambiguous", { atRisk: null })]);
      expect(await ledger().totals()).toMatchObject({ atRisk: 0, unpricedAtRisk: 1, cost: 10 });
      await intend(ledger(), 2, 2 ** 40);
      await ledger().settle([ended(2, "ambiguous", { atRisk: 2 ** 40 })]);
      expect(await ledger().totals()).toMatchObject({ atRisk: 2 ** 40 });
    });

    it("tell by lane what its answers were like", async () => {
      const usage = { cachedTokens: 0, reasoningTokens: 0, totalTokens: 0 };
      await start(ledger(), ["a", "b", { text: "c", lane: "other" }, "d", "e"]);
      for (const index of [0, 1, 2, 3]) await intend(ledger(), index);
      await ledger().settle([
        answered(0, "a", { cost: 10, usage: { ...usage, inputTokens: 100, outputTokens: 10 } }),
        answered(1, "b", { cost: 30, usage: { ...usage, inputTokens: 200, outputTokens: 30 } }),
        answered(2, "c", { cost: null, costSource: null }),
        ended(3, "throttled", { counts: false }),
      ]);
      await fail(ledger(), 4, "rejected");
      const told = [
        {
          lane: "xai",
          answers: 2,
          dearest: 30,
          cost: { mean: 20, deviation: 10 },
          inputTokens: { mean: 150, deviation: 50 },
          outputTokens: { mean: 20, deviation: 10 },
        },
        { lane: "other", answers: 1, dearest: 0, cost: null, inputTokens: null, outputTokens: null },
      ];
      const byName = (lanes: readonly { lane: string }[]) =>
        lanes.toSorted((one, other) => other.lane.localeCompare(one.lane));
      expect(byName(await ledger().experience())).toMatchObject(told);
      const again = await (await reopen()).experience();
      expect(byName(again)).toMatchObject(told);
      expect([12.5, 13]).toContain(again[0]?.latencyMs?.mean);
    });

    it("keep what superseded answers cost", async () => {
      await start(ledger(), ["a"]);
      await answer(ledger(), 0);
      await adopt(ledger(), rows(["a"], "grok-4.7"));
      await begin(ledger());
      await answer(ledger(), 0);
      expect(await (await reopen()).totals()).toMatchObject({
        answered: 1,
        cost: 20,
        attempts: { answered: 2 },
      });
    });

    it("count an answer without a price as unknown money, never as nothing", async () => {
      await start(ledger(), ["a", "b"]);
      await ledger().settle([answered(0, "", { cost: null }), answered(1)]);
      expect(await ledger().totals()).toMatchObject({ cost: 10, unknownCost: 1 });
    });

    it("add up tokens by kind", async () => {
      await start(ledger(), ["a", "b"]);
      const usage = {
        inputTokens: 10,
        cachedTokens: 4,
        outputTokens: 7,
        reasoningTokens: 2,
        totalTokens: 17,
      };
      await ledger().settle([answered(0, "", { usage }), answered(1, "", { usage })]);
      expect((await ledger().totals()).usage).toEqual({
        inputTokens: 20,
        cachedTokens: 8,
        outputTokens: 14,
        reasoningTokens: 4,
        totalTokens: 34,
      });
    });

    it.each([true, false])("tell whether the answers are a simulator's (%s)", async (simulated) => {
      await start(ledger(), ["a", "b"]);
      expect((await ledger().info()).simulated).toBeNull();
      await ledger().settle([answered(0, "", { simulated })]);
      expect((await (await reopen()).info()).simulated).toBe(simulated);
    });

    it("take a failure for no answer", async () => {
      await start(ledger(), ["a"]);
      await ledger().settle([ended(0, "transient", { outcome: outcome({ status: "failed", body: null }) })]);
      expect((await ledger().info()).simulated).toBeNull();
    });
  });
}
