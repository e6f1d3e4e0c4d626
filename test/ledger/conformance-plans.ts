import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import {
  type Asked,
  adopt,
  answer,
  answerAll,
  begin,
  compare,
  rows,
  settings,
  start,
  texts,
  todo,
} from "./rows.ts";

export function plansOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: a plan that takes the place of another`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("remembers what it was made of", async () => {
      await ledger().stage(rows(["a"]));
      await ledger().adopt(settings("prompts.txt"), "ask-again");
      expect((await (await reopen()).info()).settings).toEqual(settings("prompts.txt"));
    });

    it("is counted by kind", async () => {
      const comparison = await compare(ledger(), [
        "a",
        { text: "", kind: "blank" },
        { text: "{", kind: "invalid" },
      ]);
      expect(comparison).toEqual({
        rows: 2,
        blank: 1,
        invalid: 1,
        duplicates: { total: 0, first: [] },
        inCommon: 0,
        previousRows: 0,
        previousAnswered: 0,
        askedAgain: { rows: 0, cost: 0, unknownCost: 0 },
        leaving: 0,
      });
    });

    describe("and the output that shows the old one", () => {
      const written = {
        generation: 0,
        nextIndex: 2,
        bytes: 50,
        crc: 7,
        format: "openai",
        order: "input",
      } as const;
      const positionAfter = async (asked: readonly (string | Asked)[]) => {
        await answerAll(ledger(), ["a", "b"]);
        await ledger().position(written);
        await adopt(ledger(), rows(asked));
        return (await (await reopen()).info()).output;
      };

      it("is still right when rows were added behind it", async () => {
        expect(await positionAfter(["a", "b", "c"])).toEqual(written);
      });

      it.each([
        { change: "shuffled", asked: ["b", "a"] },
        { change: "a row was inserted", asked: ["a", "new", "b"] },
        { change: "a row was deleted", asked: ["b"] },
      ])("is out of date from its first line: $change", async ({ asked }) => {
        expect(await positionAfter(asked)).toEqual({ ...written, nextIndex: 0 });
      });
    });

    it("that is only staged changes nothing", async () => {
      await answerAll(ledger(), ["a"]);
      await compare(ledger(), ["b"]);
      await ledger().unstage();
      const comparison = await compare(ledger(), ["a"]);
      expect(comparison).toMatchObject({ rows: 1, inCommon: 1, leaving: 0 });
      expect(await texts(ledger())).toEqual(["of a"]);
    });

    it("names the first twenty ids that were given twice, and counts them all", async () => {
      const asked = Array.from({ length: 60 }, (_, index) => ({ text: `${index}`, id: `id ${index % 25}` }));
      const { duplicates } = await compare(ledger(), asked);
      expect(duplicates.total).toBe(25);
      expect(duplicates.first).toHaveLength(20);
      expect(duplicates.first[0]).toEqual({ customId: "id 0", lines: [1, 26, 51] });
      expect(duplicates.first[19]).toEqual({ customId: "id 19", lines: [20, 45] });
    });

    it("takes an id for a duplicate that is the label of a row without one, bad rows among them", async () => {
      const asked = [
        { text: "a", id: "request-2" },
        "b",
        { text: "", kind: "blank" as const },
        { text: "{", kind: "invalid" as const },
        { text: "c", id: "request-4" },
        { text: "d", id: "request-6" },
        { text: "e", id: "request-3" },
        { text: "f", id: "request-02" },
      ];
      expect((await compare(ledger(), asked)).duplicates).toEqual({
        total: 2,
        first: [
          { customId: "request-2", lines: [1], labelOf: 2 },
          { customId: "request-4", lines: [5], labelOf: 4 },
        ],
      });
    });

    it("may be empty: every row leaves, and comes back unharmed", async () => {
      await answerAll(ledger(), ["a", "b"]);
      expect(await compare(ledger(), [])).toMatchObject({ rows: 0, leaving: 2 });
      await ledger().adopt(settings(), "ask-again");
      expect((await ledger().info()).rows).toBe(0);
      expect(await texts(ledger())).toEqual([]);
      await adopt(ledger(), rows(["b", "a"]));
      expect(await texts(ledger())).toEqual(["of b", "of a"]);
    });

    it("reads in completion order under its new indexes", async () => {
      await start(ledger(), ["a", "b"]);
      await answer(ledger(), 1);
      await answer(ledger(), 0);
      await adopt(ledger(), rows(["new", "a", "b"]));
      const { rows: settled } = await ledger().readSettled(0, 10, 1000);
      expect(settled.map(({ index }) => index)).toEqual([2, 1]);
    });

    it("keeps lanes apart after a change of lane", async () => {
      await start(ledger(), ["a", "b"]);
      await adopt(
        ledger(),
        rows([
          { text: "a", lane: "one" },
          { text: "b", lane: "two" },
        ]),
      );
      expect((await begin(ledger())).lanes).toEqual([
        { lane: "one", rows: 1 },
        { lane: "two", rows: 1 },
      ]);
      expect(await todo(ledger(), "two")).toEqual([1]);
      expect(await todo(ledger())).toEqual([]);
    });
  });
}
