import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import {
  adopt,
  answer,
  answerAll,
  answered,
  begin,
  compare,
  fail,
  rows,
  settings,
  start,
  texts,
  todo,
} from "./rows.ts";

export function matchesOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: a plan that takes the place of another`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("sends only what is new when rows are inserted, deleted and shuffled", async () => {
      await answerAll(ledger(), ["a", "b", "c", "d"]);
      const asked = ["d", "new", "a", "c", "newer"];
      const again = await reopen();
      expect(await compare(again, asked)).toMatchObject({
        inCommon: 3,
        previousRows: 4,
        previousAnswered: 4,
        askedAgain: { rows: 0 },
        leaving: 1,
      });
      await again.adopt(settings(), "ask-again");
      await begin(again);
      expect(await todo(again)).toEqual([1, 4]);
      expect(await texts(again, 2)).toEqual(["of a", "of c"]);
      expect(await texts(again)).toEqual(["of d"]);
    });

    it("finds the answer of a row that left and came back", async () => {
      await answerAll(ledger(), ["a", "b"]);
      await adopt(ledger(), rows(["a"]));
      await adopt(ledger(), rows(["new", "b", "a"]));
      expect((await begin(ledger())).todo).toBe(1);
      expect(await texts(ledger(), 1)).toEqual(["of b", "of a"]);
    });

    it("takes equal rows as samples, each with an answer of its own", async () => {
      await start(ledger(), ["a", "a", "a"]);
      for (const index of [0, 1, 2]) await answer(ledger(), index, `sample ${index}`);
      await adopt(ledger(), rows(["a", "b", "a", "a", "a"]));
      await begin(ledger());
      expect(await todo(ledger())).toEqual([1, 4]);
      expect(new Set([...(await texts(ledger())), ...(await texts(ledger(), 2))])).toEqual(
        new Set(["sample 0", "sample 1", "sample 2"]),
      );
    });

    it("keeps the answered one when one of two equal rows is deleted", async () => {
      await start(ledger(), ["a", "b", "a"]);
      await answer(ledger(), 2, "the second");
      expect(await compare(ledger(), ["a", "b"])).toMatchObject({ leaving: 0, askedAgain: { rows: 0 } });
      await ledger().adopt(settings(), "ask-again");
      expect(await texts(ledger())).toEqual(["the second"]);
    });

    it("tells which answered rows another model would ask again, and what they cost", async () => {
      await answerAll(ledger(), ["a", "b", "c"]);
      await ledger().settle([answered(2, "x")]);
      await adopt(ledger(), rows(["a", "b", "c", "d"]));
      await begin(ledger());
      await ledger().settle([answered(3, "unpriced", { cost: null })]);
      const comparison = await compare(ledger(), ["a", "b", "d"], "grok-4.7");
      expect(comparison).toMatchObject({
        inCommon: 3,
        askedAgain: { rows: 3, cost: 20, unknownCost: 1 },
        leaving: 1,
      });
    });

    it("does not count a changed row that was never answered", async () => {
      await start(ledger(), ["a", "b"]);
      await fail(ledger(), 0, "failed");
      expect(await compare(ledger(), ["a", "b"], "grok-4.7")).toMatchObject({
        inCommon: 2,
        askedAgain: { rows: 0 },
        leaving: 0,
      });
    });

    it("asks changed rows again, and keeps the superseded answers for the way back", async () => {
      await answerAll(ledger(), ["a", "b"]);
      await adopt(ledger(), rows(["a", "b"], "grok-4.7"));
      expect((await begin(ledger())).todo).toBe(2);
      await answer(ledger(), 0, "of a by 4.7");
      expect(await compare(ledger(), ["a", "b"])).toMatchObject({ askedAgain: { rows: 0 }, leaving: 1 });
      await ledger().adopt(settings(), "ask-again");
      expect((await begin(ledger())).todo).toBe(0);
      expect(await texts(ledger())).toEqual(["of a", "of b"]);
    });

    it("keeps the answers of changed rows when told to, also in the next plan", async () => {
      await answerAll(ledger(), ["a", { text: "b", id: "second" }]);
      const asked = ["a", { text: "b", id: "second" }, "c"];
      await adopt(ledger(), rows(asked, "grok-4.7"), "keep");
      expect((await begin(ledger())).todo).toBe(1);
      expect(await texts(ledger())).toEqual(["of a", "of b"]);
      expect(await compare(ledger(), [...asked, "d"], "grok-4.7")).toMatchObject({
        inCommon: 3,
        askedAgain: { rows: 0 },
      });
      await ledger().adopt(settings(), "ask-again");
      expect(await texts(ledger())).toEqual(["of a", "of b"]);
    });

    describe("and answers that were kept for another request", () => {
      const asked = ["a", { text: "b", id: "second" }];
      const keepAnswersFor = async (...models: readonly string[]) => {
        await answerAll(ledger(), asked);
        for (const model of models) await adopt(ledger(), rows(asked, model), "keep");
      };

      it("are found on the way back to the one they were given to, and to no other", async () => {
        await keepAnswersFor("grok-4.7", "grok-4.9");
        for (const model of ["grok-4.3", "grok-4.7"]) {
          const comparison = await compare(ledger(), ["b2", ...asked], model);
          const again = model === "grok-4.3" ? 0 : 2;
          expect(comparison).toMatchObject({ inCommon: 2, askedAgain: { rows: again }, leaving: 0 });
        }
        await ledger().unstage();
        await adopt(ledger(), rows(["new", ...asked]));
        const again = await reopen();
        expect((await begin(again)).todo).toBe(1);
        expect(await texts(again, 1)).toEqual(["of a", "of b"]);
      });

      it("are one row's alone: another row with either request is asked", async () => {
        await keepAnswersFor("grok-4.7");
        const both = [...asked, "a", { text: "a", model: "grok-4.7" }, { text: "a", model: "grok-4.7" }];
        await adopt(ledger(), rows(both));
        expect((await begin(ledger())).todo).toBe(3);
      });

      it("come back under either request after they left", async () => {
        await keepAnswersFor("grok-4.7");
        for (const model of ["grok-4.7", "grok-4.3"]) {
          await adopt(ledger(), rows(["other"]));
          await adopt(ledger(), rows(asked, model), "keep");
          expect((await begin(ledger())).todo).toBe(0);
          expect(await texts(ledger())).toEqual(["of a", "of b"]);
        }
      });
    });

    it("knows a line that asks the same under another name, and asks nothing again", async () => {
      await answerAll(ledger(), ["a", "b", "b"]);
      const named = ["b", "a", "b"].map((text, index) => ({ text, id: `${index}` }));
      expect(await compare(ledger(), named)).toMatchObject({
        inCommon: 3,
        askedAgain: { rows: 0 },
        leaving: 0,
      });
      await ledger().adopt(settings(), "ask-again");
      expect((await begin(ledger())).todo).toBe(0);
      expect(await texts(ledger())).toEqual(["of b", "of a", "of b"]);
      expect((await ledger().read(0, 9, 1e6)).map(({ customId }) => customId)).toEqual(["0", "1", "2"]);
    });

    it("knows a row by its given id, wherever it stands and whatever its line says beside", async () => {
      await answerAll(ledger(), [
        { text: "a", id: "1" },
        { text: "b", id: "2" },
      ]);
      const same = [
        { text: "b", id: "2" },
        { text: "a", id: "1" },
      ];
      expect(await compare(ledger(), same)).toMatchObject({
        inCommon: 2,
        askedAgain: { rows: 0 },
        leaving: 0,
      });
      const edited = [
        { text: "a, reworded", id: "1" },
        { text: "b", id: "2" },
      ];
      expect(await compare(ledger(), edited)).toMatchObject({
        inCommon: 2,
        askedAgain: { rows: 1 },
        leaving: 0,
      });
      await ledger().adopt(settings(), "ask-again");
      await begin(ledger());
      expect(await todo(ledger())).toEqual([0]);
      expect(await texts(ledger(), 1)).toEqual(["of b"]);
    });

    it("sends a rejected row again once its request changed", async () => {
      await start(ledger(), [{ text: "a", id: "1" }]);
      await fail(ledger(), 0, "rejected");
      await adopt(ledger(), rows([{ text: "a, reworded", id: "1" }]));
      expect((await begin(ledger())).todo).toBe(1);
    });

    it("has nothing in common with the plan of another input", async () => {
      await answerAll(ledger(), ["a", "b"]);
      expect(await compare(ledger(), ["x", "y"])).toMatchObject({ inCommon: 0, previousRows: 2, leaving: 2 });
    });
  });
}
