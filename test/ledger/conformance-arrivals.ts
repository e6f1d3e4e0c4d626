import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { adopt, answer, begin, ended, outcome, rows, settings, start, texts, todo } from "./rows.ts";

export function arrivalsOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: rows that arrive while the run goes on`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("are entered at the end, and sent like any other", async () => {
      await begin(ledger());
      expect(await ledger().append(rows(["a", "b"]))).toEqual([
        { index: 0, settled: false, duplicate: false },
        { index: 1, settled: false, duplicate: false },
      ]);
      expect(await ledger().append(rows([{ text: "c", lane: "other" }]))).toMatchObject([{ index: 2 }]);
      expect(await todo(ledger())).toEqual([0, 1]);
      expect(await todo(ledger(), "other")).toEqual([2]);
      await answer(ledger(), 0);
      expect(await texts(ledger())).toEqual(["answer 0"]);
      expect((await ledger().info()).rows).toBe(3);
    });

    it("find what an earlier run answered, and send again what it did not", async () => {
      await begin(ledger());
      await ledger().append(rows(["a", "b", "a"]));
      await answer(ledger(), 0, "of a");
      await ledger().settle([ended(1, "transient", { outcome: outcome({ status: "failed", body: null }) })]);
      const again = await reopen();
      await again.adopt(settings(), "ask-again");
      await begin(again);
      const appended = await again.append(rows(["b", "a", "a", "a"]));
      expect(appended.map(({ settled }) => settled)).toEqual([false, true, false, false]);
      expect(await texts(again, 1)).toEqual(["of a"]);
      expect(await todo(again)).toEqual([0, 2, 3]);
    });

    it("tell which answered rows of the plan before are not among them", async () => {
      const left = async () => (await ledger().totals()).left ?? 0;
      await start(ledger(), ["a", "b", "c", "never answered"]);
      for (const index of [0, 1, 2]) await answer(ledger(), index);
      await adopt(ledger(), rows(["b", "c", "d"]));
      expect(await left()).toBe(1);
      await adopt(ledger(), []);
      expect(await left()).toBe(2);
      await begin(ledger());
      await ledger().append(rows(["a", "c", "new"]));
      expect(await left()).toBe(1);
      await ledger().append(rows(["b"]));
      expect((await (await reopen()).totals()).left).toBeUndefined();
    });

    it("tell also which rows are not among them that a run before left in an outdated output", async () => {
      await start(ledger(), ["a", "b"]);
      for (const index of [0, 1]) await answer(ledger(), index);
      await ledger().position({
        ...{ generation: 1, nextIndex: 2, bytes: 50, crc: 7 },
        ...{ format: "openai", order: "input" },
      });
      await adopt(ledger(), []);
      await begin(ledger());
      await ledger().append(rows(["x"]));
      await answer(ledger(), 0);
      const again = await reopen();
      await adopt(again, []);
      await begin(again);
      expect((await again.totals()).left).toBe(3);
      await again.append(rows(["x", "b"]));
      expect((await again.totals()).left).toBe(1);
    });

    it.each(["grok-4.3", "grok-4.7"])(
      "find an answer that was kept for another request: as %s",
      async (model) => {
        const asked = ["a", { text: "b", id: "one" }];
        await start(ledger(), asked);
        for (const index of [0, 1]) await answer(ledger(), index);
        await adopt(ledger(), rows(asked, "grok-4.7"), "keep");
        const again = await reopen();
        await again.adopt(settings(), "ask-again");
        await begin(again);
        const appended = await again.append(rows([...asked, "a"], model));
        expect(appended.map(({ settled }) => settled)).toEqual([true, true, false]);
        expect(await texts(again)).toEqual(["answer 0", "answer 1"]);
      },
    );

    it("are not sent when their id was given before", async () => {
      await begin(ledger());
      const twice = rows([
        { text: "a", id: "one" },
        { text: "b", id: "one" },
      ]);
      expect(await ledger().append(twice)).toMatchObject([
        { settled: false, duplicate: false },
        { settled: true, duplicate: true },
      ]);
      expect(await todo(ledger())).toEqual([0]);
      await answer(ledger(), 0);
      expect((await ledger().read(1, 1, 1000))[0]?.error?.code).toBe("duplicate-id");
    });

    it("are outcomes at once when there is nothing to send", async () => {
      await begin(ledger());
      const appended = await ledger().append(
        rows([
          { text: "{", kind: "invalid" },
          { text: "", kind: "blank" },
        ]),
      );
      expect(appended.map(({ settled }) => settled)).toEqual([true, true]);
      expect((await ledger().read(0, 10, 1000)).map(({ status }) => status)).toEqual(["unsent", "blank"]);
    });
  });
}
