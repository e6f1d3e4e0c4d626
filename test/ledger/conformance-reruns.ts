import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { adopt, answer, begin, ended, fail, intend, outcome, rows, start, texts, todo } from "./rows.ts";

const STOPPED = { code: "stopped", message: "the run was stopped" };
/** One row for each way a row can stand at the end of a run; row 6 was in flight when the process died. */
const ASKED = ["never sent", "failed", "rejected", "held", "doubtful", "answered", "in flight", "skipped"];

export function rerunsOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: what a rerun sends`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    const endOfFirstRun = async () => {
      await start(ledger(), ASKED);
      await fail(ledger(), 1, "failed");
      await fail(ledger(), 2, "rejected");
      await fail(ledger(), 3, "held");
      await fail(ledger(), 4, "doubtful");
      await answer(ledger(), 5);
      await intend(ledger(), 6, 700);
      await ledger().skip([{ index: 7, error: STOPPED }]);
      return reopen();
    };

    it.each([
      ["a plain one", {}, [0, 1, 4, 6, 7]],
      ["--retry-failed", { retryFailed: true }, [0, 1, 2, 4, 6, 7]],
      ["--retry-unknown", { retryUnknown: true }, [0, 1, 3, 4, 6, 7]],
      ["both", { retryFailed: true, retryUnknown: true }, [0, 1, 2, 3, 4, 6, 7]],
    ])("%s", async (_title, flags, expected) => {
      const again = await endOfFirstRun();
      const begun = await begin(again, flags);
      expect(begun).toEqual({
        todo: expected.length,
        firstTodo: 0,
        lanes: [{ lane: "xai", rows: expected.length }],
      });
      expect(await todo(again)).toEqual(expected);
    });

    it("reads every row where all are asked for, those without an outcome as what they are so far", async () => {
      const again = await endOfFirstRun();
      // What was in flight is resolved by `begin` only.
      expect((await again.read(0, 99, 1e6)).map(({ status }) => status)).toEqual([]);
      const all = await again.read(0, 99, 1e6, "all");
      expect(all.map(({ index, status }) => [index, status])).toEqual([
        [0, "unsent"],
        [1, "failed"],
        [2, "rejected"],
        [3, "unknown"],
        [4, "unknown"],
        [5, "answered"],
        [6, "unsent"],
        [7, "unsent"],
      ]);
      const [first] = await again.pull("xai", -1, 1);
      expect(first).toMatchObject({ index: 0, line: all[0]?.line, offset: all[0]?.offset });
    });

    it("says before anything is sent what was in flight when the process died, and its money", async () => {
      const again = await endOfFirstRun();
      expect((await again.info()).unknown).toEqual({ rows: 1, atRisk: 700, unpriced: 0 });
    });

    it("keeps the money of a lost attempt at risk, and counts the attempt as ambiguous", async () => {
      const again = await endOfFirstRun();
      const before = await again.totals();
      await begin(again);
      const after = await again.totals();
      expect(after.atRisk).toBe(before.atRisk);
      expect(after.attempts.pending).toBeUndefined();
      expect(after.attempts.ambiguous).toBe((before.attempts.ambiguous ?? 0) + 1);
      await answer(again, 6);
      expect((await again.totals()).atRisk).toBe(before.atRisk);
    });

    it("a lost row that was not sent again is still unknown in the run after", async () => {
      await start(ledger(), ["a", "b"]);
      await intend(ledger(), 0, null);
      let again = await reopen();
      await begin(again);
      again = await reopen();
      expect((await again.info()).unknown).toEqual({ rows: 1, atRisk: 0, unpriced: 1 });
      expect(await again.totals()).toMatchObject({ todo: 1, unknown: 1, unpricedAtRisk: 1 });
      await begin(again);
      await answer(again, 0);
      again = await reopen();
      expect((await again.info()).unknown.rows).toBe(0);
      expect(await again.totals()).toMatchObject({ todo: 1, unknown: 0, answered: 1, unpricedAtRisk: 1 });
    });

    it("an interrupted --retry-failed or --retry-unknown leaves what it did not send as it was", async () => {
      let again = await endOfFirstRun();
      await begin(again, { retryFailed: true, retryUnknown: true });
      again = await reopen();
      expect((await again.read(1, 2, 1000)).map(({ status }) => status)).toEqual(["failed", "rejected"]);
      await begin(again);
      expect(await todo(again)).toEqual([0, 1, 4, 6, 7]);
      expect((await again.read(2, 2, 1000)).map(({ status }) => status)).toEqual(["rejected", "unknown"]);
    });

    it("a row that is skipped stands as it stood before", async () => {
      const again = await endOfFirstRun();
      await begin(again, { retryFailed: true, retryUnknown: true });
      await again.skip([0, 1, 2, 3, 4, 6, 7].map((index) => ({ index, error: STOPPED })));
      const settled = await again.read(0, 100, 1000);
      expect(settled.map(({ status }) => status)).toEqual([
        "unsent",
        "failed",
        "rejected",
        "unknown",
        "unknown",
        "answered",
        "unknown",
        "unsent",
      ]);
      expect(settled[0]?.error).toEqual(STOPPED);
      const codes = [1, 2, 3, 4].map((index) => settled[index]?.error?.code);
      expect(codes).toEqual(["failed", "rejected", "held", "doubtful"]);
      expect(settled[6]?.error).toEqual(STOPPED);
      expect((await again.readSettled(0, 100, 10_000)).rows).toHaveLength(8);
    });

    it("a row that is skipped after another attempt was lost has that to tell, and not what it was before", async () => {
      let again = await endOfFirstRun();
      await begin(again);
      await intend(again, 1);
      await intend(again, 4);
      await again.settle([ended(4, "ambiguous")]);
      again = await reopen();
      await begin(again);
      await again.skip([0, 1, 4].map((index) => ({ index, error: STOPPED })));
      const settled = await again.read(0, 5, 1000);
      expect(settled.map(({ status }) => status)).toEqual([
        "unsent",
        "unknown",
        "rejected",
        "unknown",
        "unknown",
      ]);
      expect([settled[1]?.error, settled[4]?.error]).toEqual([STOPPED, STOPPED]);
    });

    it("never skips an answered row", async () => {
      const again = await endOfFirstRun();
      await begin(again);
      await again.skip([{ index: 5, error: STOPPED }]);
      expect(await texts(again, 5)).toEqual(["answer 5"]);
    });

    it("counts attempts anew", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0);
      await ledger().settle([ended(0, "transient")]);
      const again = await reopen();
      await begin(again);
      expect((await again.pull("xai", -1, 1))[0]?.attempts).toBe(0);
    });

    it("reads the newest outcome of a row that was sent again", async () => {
      await start(ledger(), ["a"]);
      await fail(ledger(), 0, "failed");
      const again = await reopen();
      await begin(again);
      expect(await again.read(0, 1, 1000)).toEqual([]);
      await answer(again, 0, "at last");
      expect(await texts(again)).toEqual(["at last"]);
      expect(await again.totals()).toMatchObject({ failed: 0, answered: 1 });
    });

    it("a row whose last attempt was ambiguous when the run ended is sent again and counts as unknown", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 40);
      await ledger().settle([ended(0, "ambiguous", { atRisk: 30 })]);
      const again = await reopen();
      expect(await again.totals()).toMatchObject({ todo: 0, unknown: 1, atRisk: 30 });
      await begin(again);
      expect(await todo(again)).toEqual([0]);
    });

    it("an unresolved intent moves with its row", async () => {
      await start(ledger(), ["a", "b"]);
      await intend(ledger(), 1, 900);
      const again = await reopen();
      await adopt(again, rows(["new", "another", "b", "a"]));
      expect((await again.info()).unknown).toEqual({ rows: 1, atRisk: 900, unpriced: 0 });
      expect(await again.totals()).toMatchObject({ todo: 3, unknown: 1 });
      expect((await begin(again)).todo).toBe(4);
    });

    it("a held row stays held where it moves, and when it comes back", async () => {
      await start(ledger(), ["a", "b"]);
      await fail(ledger(), 1, "held");
      const again = await reopen();
      await adopt(again, rows(["b", "new", "a"]));
      await begin(again);
      expect(await todo(again)).toEqual([1, 2]);
      await adopt(again, rows(["a"]));
      await adopt(again, rows(["a", "b"]));
      await begin(again);
      expect(await todo(again)).toEqual([0]);
      await begin(again, { retryUnknown: true });
      expect(await todo(again)).toEqual([0, 1]);
    });

    it("what a row was not sent for is forgotten when it is opened again", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0);
      const unsent = outcome({ status: "unsent", body: null, error: STOPPED, cost: null });
      await ledger().settle([ended(0, "account", { counts: false, outcome: unsent })]);
      expect((await ledger().read(0, 1, 1000))[0]).toMatchObject({ status: "unsent", error: STOPPED });
      const again = await reopen();
      await begin(again);
      expect(await todo(again)).toEqual([0]);
      expect(await again.totals()).toMatchObject({ todo: 1, unsent: 0 });
    });
  });
}
