import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { answered, begin, ended, intend, start, texts, todo } from "./rows.ts";

export function hedgesOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: two attempts at one row`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    const hedge = { isHedge: true };

    it("are both at risk, and one row to be sent again, when the process died under them", async () => {
      await start(ledger(), ["a", "b"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      const again = await reopen();
      expect((await again.info()).unknown).toEqual({ rows: 1, atRisk: 340, unpriced: 0 });
      expect(await begin(again)).toMatchObject({ todo: 2, firstTodo: 0 });
      expect(await again.totals()).toMatchObject({ atRisk: 340, attempts: { ambiguous: 2 } });
      expect(await todo(again)).toEqual([0, 1]);
    });

    it.each([
      ["the second copy", hedge, 300],
      ["the first", {}, 40],
    ])("are settled by the answer to %s; the other's money stays at risk", async (_, which, left) => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      await ledger().settle([{ ...answered(0, "the winner"), ...which }]);
      expect(await ledger().totals()).toMatchObject({ answered: 1, atRisk: left, attempts: { pending: 1 } });
      const again = await reopen();
      await begin(again);
      expect(await again.totals()).toMatchObject({ answered: 1, todo: 0, atRisk: left, cost: 10 });
      expect(await texts(again)).toEqual(["the winner"]);
    });

    it("are both paid where both are answered, and the first answer stays", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      await ledger().settle([{ ...answered(0, "first"), ...hedge }, answered(0, "second")]);
      const again = await reopen();
      expect(await again.totals()).toMatchObject({ answered: 1, cost: 20, atRisk: 0 });
      expect(await texts(again)).toEqual(["first"]);
    });

    it("leave the row to the second copy where the first fails", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      await ledger().settle([ended(0, "ambiguous", { atRisk: 300, counts: false })]);
      expect(await ledger().totals()).toMatchObject({ atRisk: 340, attempts: { ambiguous: 1, pending: 1 } });
      await ledger().settle([{ ...answered(0, "late"), ...hedge }]);
      const again = await reopen();
      expect(await again.totals()).toMatchObject({ answered: 1, atRisk: 300 });
      expect(await texts(again)).toEqual(["late"]);
    });

    it("are one again where the second copy is taken back", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      await ledger().settle([
        ended(0, "ambiguous", { atRisk: 0, counts: false, ...hedge, ending: "withdrawn" }),
      ]);
      expect(await ledger().totals()).toMatchObject({ atRisk: 300, attempts: { pending: 1 } });
    });

    it("hide no intent of another row from the next run", async () => {
      await start(ledger(), ["a", "b", "c"]);
      for (const index of [0, 1, 0, 2]) await intend(ledger(), index);
      await ledger().settle([ended(0, "transient")]);
      expect((await (await reopen()).info()).unknown).toEqual({ rows: 3, atRisk: 300, unpriced: 0 });
    });

    it("are booked to their end, also when the row was delivered and forgotten", async () => {
      await start(ledger(), ["a", "b"]);
      await intend(ledger(), 0, 300);
      await intend(ledger(), 0, 40);
      await ledger().settle([{ ...answered(0), ...hedge }]);
      await ledger().prune(1);
      await ledger().settle([ended(0, "ambiguous", { atRisk: 300, counts: false })]);
      expect((await ledger().totals()).attempts).toEqual({ answered: 1, ambiguous: 1 });
      expect(await ledger().totals()).toMatchObject({ atRisk: 300, cost: 10 });
    });
  });
}
