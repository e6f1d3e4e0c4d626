import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/model/ledger.ts";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { adopt, answer, fail, intend, rows, texts, todo } from "./rows.ts";

const STOPPED = { code: "stopped", message: "the run was stopped" };
const ASKED = ["a", "b", "a", "a"];

function begin(ledger: Ledger, flags: { retryFailed?: boolean; dedupe?: boolean } = {}) {
  return ledger.begin({ retryFailed: false, retryUnknown: false, dedupe: true, ...flags });
}

async function statuses(ledger: Ledger): Promise<string[]> {
  return (await ledger.read(0, 100, 1 << 20)).map(({ status }) => status);
}

export function copiesOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: rows with the same request`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("are all sent unless the run asks for less", async () => {
      await adopt(ledger(), rows(ASKED));
      expect((await begin(ledger(), { dedupe: false })).todo).toBe(4);
      await answer(ledger(), 0);
      expect(await todo(ledger())).toEqual([1, 2, 3]);
      expect(await ledger().takeCopies()).toEqual([]);
    });

    it("are sent once, and the copies are settled with their leader", async () => {
      await adopt(ledger(), rows(ASKED));
      expect(await begin(ledger())).toEqual({
        todo: 2,
        firstTodo: 0,
        lanes: [{ lane: "xai", rows: 2 }],
        copies: { waiting: 2, settled: 0 },
      });
      expect(await todo(ledger())).toEqual([0, 1]);
      await answer(ledger(), 0, "the answer to a");
      expect(await ledger().takeCopies()).toEqual([
        { index: 2, status: "answered" },
        { index: 3, status: "answered" },
      ]);
      expect(await ledger().takeCopies()).toEqual([]);
      await answer(ledger(), 1, "the answer to b");
      const a = "the answer to a";
      expect(await texts(ledger())).toEqual([a, "the answer to b", a, a]);
      const settled = await ledger().readSettled(0, 100, 1 << 20);
      expect(settled.rows.map(({ index }) => index)).toEqual([0, 2, 3, 1]);
    });

    it("cost once: a copy has no usage, no attempt and costs nothing", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await answer(ledger(), 0);
      const [copy] = await ledger().read(2, 1, 1 << 20);
      expect(copy).toMatchObject({ cost: 0, costSource: null, usage: null, attempts: 0, httpStatus: 200 });
      expect((await ledger().totals()).cost).toBe(10);
      expect((await ledger().totals()).answered).toBe(3);
    });

    it("tell nothing about what the next answers will be like", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await answer(ledger(), 0);
      expect(await ledger().experience()).toMatchObject([{ answers: 1, cost: { mean: 10, deviation: 0 } }]);
    });

    it.each(["rejected", "failed"] as const)("are %s with their leader", async (how) => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await fail(ledger(), 0, how);
      await answer(ledger(), 1);
      expect(await statuses(ledger())).toEqual([how, "answered", how, how]);
      const [copy] = await ledger().read(2, 1, 1 << 20);
      expect(copy?.error?.code).toBe(how);
    });

    it.each(["held", "doubtful"] as const)("are left to do where their leader is %s", async (how) => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await fail(ledger(), 0, how);
      await answer(ledger(), 1);
      expect(await statuses(ledger())).toEqual(["unknown", "answered", "unsent", "unsent"]);
      const again = await reopen();
      await begin(again);
      expect(await todo(again)).toEqual([how === "held" ? 2 : 0]);
    });

    it("are left out with their leader, and to do in the next run", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await ledger().skip([{ index: 0, error: STOPPED }]);
      expect(await ledger().takeCopies()).toEqual([
        { index: 2, status: "unsent" },
        { index: 3, status: "unsent" },
      ]);
      const again = await reopen();
      expect(await begin(again)).toMatchObject({ todo: 2, copies: { waiting: 2, settled: 0 } });
    });

    it("are settled at once where one of them was answered by an earlier run", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger(), { dedupe: false });
      await answer(ledger(), 2, "the answer to a");
      const again = await reopen();
      expect(await begin(again)).toEqual({
        todo: 1,
        firstTodo: 0,
        lanes: [{ lane: "xai", rows: 1 }],
        copies: { waiting: 0, settled: 2 },
      });
      const a = "the answer to a";
      await answer(again, 1, "the answer to b");
      expect(await texts(again)).toEqual([a, "the answer to b", a, a]);
    });

    it("keep their answers when the input is shuffled, and when the leader's row is gone", async () => {
      await adopt(ledger(), rows(["a", { text: "a", id: "second" }]));
      await begin(ledger());
      await answer(ledger(), 0, "the answer to a");
      const again = await reopen();
      await adopt(again, rows([{ text: "a", id: "second" }, "c"]));
      expect(await begin(again)).toMatchObject({ todo: 1, copies: { waiting: 0, settled: 0 } });
      expect(await texts(again)).toEqual(["the answer to a"]);
    });

    it("take no answer that was kept from another request", async () => {
      await adopt(ledger(), rows(["a"]));
      await begin(ledger());
      await answer(ledger(), 0);
      await adopt(ledger(), rows(["a", "a"], "grok-4.7"), "keep");
      const again = await reopen();
      expect(await begin(again)).toMatchObject({ todo: 1, copies: { waiting: 0, settled: 0 } });
      expect(await again.append(rows(["a"], "grok-4.7"))).toMatchObject([{ settled: false, isCopy: true }]);
    });

    it("stand again as they stood where a retry was opened and never sent", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await fail(ledger(), 0, "rejected");
      await begin(await reopen(), { retryFailed: true });
      const last = await reopen();
      expect((await begin(last)).todo).toBe(1);
      expect(await todo(last)).toEqual([1]);
    });

    it("wait for a leader that is in flight when the process dies", async () => {
      await adopt(ledger(), rows(ASKED));
      await begin(ledger());
      await intend(ledger(), 0);
      const again = await reopen();
      expect((await again.info()).unknown.rows).toBe(1);
      expect(await begin(again)).toMatchObject({ todo: 2, copies: { waiting: 2, settled: 0 } });
      expect(await todo(again)).toEqual([0, 1]);
    });

    it("are told apart as they arrive: the first is sent, the next waits, a late one is settled at once", async () => {
      await adopt(ledger(), []);
      await begin(ledger());
      const [a, b] = rows(["a", "b"]);
      if (a === undefined || b === undefined) throw new Error("two rows were made");
      expect(await ledger().append([a, b, a])).toMatchObject([
        { index: 0, settled: false },
        { index: 1, settled: false },
        { index: 2, settled: false, isCopy: true },
      ]);
      await answer(ledger(), 0, "the answer to a");
      expect(await ledger().takeCopies()).toEqual([{ index: 2, status: "answered" }]);
      expect(await ledger().append([a])).toMatchObject([{ index: 3, settled: true }]);
      await answer(ledger(), 1);
      expect(await statuses(ledger())).toEqual(["answered", "answered", "answered", "answered"]);
    });
  });
}
