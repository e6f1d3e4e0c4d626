import { describe, expect, it } from "vitest";
import type { OpenForTest } from "./conformance.ts";
import { eachTestOpens } from "./opened.ts";
import { answer, answered, begin, ended, intend, outcome, rows, start, texts, todo } from "./rows.ts";

export function rowsOfALedger(name: string, open: OpenForTest): void {
  describe(`${name}: rows that are sent and read`, () => {
    const { ledger, reopen } = eachTestOpens(open);

    it("a new ledger holds nothing", async () => {
      const info = await ledger().info();
      expect(info).toMatchObject({ settings: null, rows: 0, simulated: null, output: null });
      expect(info.totals).toMatchObject({ todo: 0, answered: 0, cost: 0, atRisk: 0, attempts: {} });
      expect(info.unknown).toEqual({ rows: 0, atRisk: 0, unpriced: 0 });
      expect(await begin(ledger())).toEqual({ todo: 0, lanes: [], firstTodo: Number.POSITIVE_INFINITY });
    });

    it("pulls the open rows of a lane in order, after an index, as many as asked", async () => {
      await start(ledger(), [
        { text: "a", lane: "xai" },
        { text: "b", lane: "openai" },
        { text: "c", lane: "xai", id: "third" },
        { text: "d", lane: "xai" },
      ]);
      expect(await todo(ledger())).toEqual([0, 2, 3]);
      const [row] = await ledger().pull("xai", 0, 1);
      const [, , planned] = rows(["a", "b", "c"]);
      expect(row).toEqual({
        index: 2,
        line: 3,
        offset: 200,
        length: 99,
        requestHash: planned?.requestHash,
        customId: "third",
        lane: "xai",
        attempts: 0,
      });
      expect(await todo(ledger(), "openai")).toEqual([1]);
      expect(await todo(ledger(), "nobody")).toEqual([]);
    });

    it("tells lanes in order of first appearance, and the first row to send", async () => {
      await start(ledger(), [
        { text: "a", lane: "late" },
        { text: "b", lane: "early" },
        { text: "c", lane: "late" },
      ]);
      await answer(ledger(), 0);
      const again = await reopen();
      expect(await begin(again)).toEqual({
        todo: 2,
        lanes: [
          { lane: "early", rows: 1 },
          { lane: "late", rows: 1 },
        ],
        firstTodo: 1,
      });
    });

    it("no longer pulls what is settled, whichever lane was asked before", async () => {
      await start(ledger(), ["a", "b", "c", "d"]);
      await answer(ledger(), 0);
      await answer(ledger(), 2);
      expect(await todo(ledger())).toEqual([1, 3]);
      expect(await ledger().pull("xai", 1, 10)).toHaveLength(1);
      await answer(ledger(), 1);
      expect(await todo(ledger())).toEqual([3]);
    });

    it("reads an answer back as it was settled, also in the next run", async () => {
      await start(ledger(), [{ text: "a", id: "first" }]);
      const body = Uint8Array.from([0, 255, 13, 10, 123]);
      const usage = { inputTokens: 2, cachedTokens: 1, outputTokens: 5, reasoningTokens: 3, totalTokens: 7 };
      await intend(ledger(), 0);
      await ledger().settle([answered(0, "", { body, usage, requestId: "id-1", cost: 2 ** 43 })]);
      const settled = {
        index: 0,
        line: 1,
        customId: "first",
        status: "answered",
        httpStatus: 200,
        requestId: "id-1",
        body,
        error: null,
        finishReason: "stop",
        usage,
        cost: 2 ** 43,
        costSource: "provider",
        attempts: 1,
        offset: 0,
        length: 99,
      };
      expect(plain(await ledger().read(0, 10, 1000))).toEqual([settled]);
      expect(plain(await (await reopen()).read(0, 10, 1000))).toEqual([settled]);
    });

    it("reads an error back with its code, message and HTTP status", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0);
      const error = { code: "http-400", message: "no such thing" };
      const rejected = outcome({ status: "rejected", error, body: null, cost: null, finishReason: null });
      await ledger().settle([ended(0, "rejected", { httpStatus: 400, outcome: rejected })]);
      const [row] = await ledger().read(0, 1, 1000);
      expect(row).toMatchObject({
        status: "rejected",
        httpStatus: 400,
        body: null,
        error,
        finishReason: null,
      });
    });

    it.each([0, 1, 64 * 1024 - 1, 64 * 1024, 3_000_000])(
      "keeps a body of %i bytes, and leaves the caller's alone up to a mebibyte",
      async (length) => {
        await start(ledger(), ["a", "b"]);
        const body = new Uint8Array(length).fill(7);
        await ledger().settle([answered(0, "", { body }), answered(1, "next")]);
        if (length < 1024 * 1024) expect(body).toHaveLength(length);
        const [first, second] = await ledger().read(0, 2, 1 << 30);
        expect(first?.body).toHaveLength(length);
        expect(first?.body?.every((byte) => byte === 7)).toBe(true);
        expect(new TextDecoder().decode(second?.body ?? undefined)).toBe("next");
      },
    );

    it.each(["plain", "", "with \u0000 inside", "日本", "lone \ud800 surrogate"])(
      "keeps the given id %j",
      async (id) => {
        await start(ledger(), [{ text: "a", id }]);
        expect((await ledger().pull("xai", -1, 1))[0]?.customId).toBe(id);
        await answer(ledger(), 0);
        expect((await (await reopen()).read(0, 1, 1000))[0]?.customId).toBe(id);
      },
    );

    it("reads the run of settled rows from an index on, up to the first open one", async () => {
      await start(ledger(), ["a", "b", "c", "d"]);
      for (const index of [3, 0, 1]) await answer(ledger(), index);
      expect(await texts(ledger())).toEqual(["answer 0", "answer 1"]);
      expect(await texts(ledger(), 1)).toEqual(["answer 1"]);
      expect(await texts(ledger(), 2)).toEqual([]);
      expect(await texts(ledger(), 3)).toEqual(["answer 3"]);
      expect(await texts(ledger(), 4)).toEqual([]);
    });

    it("reads as many rows as asked, and no more than about the bytes asked, but always one", async () => {
      await start(ledger(), ["a", "b", "c"]);
      await ledger().settle([0, 1, 2].map((index) => answered(index, "x".repeat(100))));
      expect(await ledger().read(0, 2, 1 << 20)).toHaveLength(2);
      expect(await ledger().read(0, 10, 150)).toHaveLength(2);
      expect(await ledger().read(0, 10, 1)).toHaveLength(1);
    });

    it("reads in the order of settling, in pages, across runs", async () => {
      await start(ledger(), ["a", "b", "c"]);
      await answer(ledger(), 2);
      await answer(ledger(), 0);
      const first = await ledger().readSettled(0, 1, 1000);
      expect(first.rows.map(({ index }) => index)).toEqual([2]);
      const again = await reopen();
      await begin(again);
      await answer(again, 1);
      const rest = await again.readSettled(first.sequence, 10, 1000);
      expect(rest.rows.map(({ index }) => index)).toEqual([0, 1]);
      expect(await again.readSettled(rest.sequence, 10, 1000)).toEqual({ rows: [], sequence: rest.sequence });
    });

    it("settles blank and bad lines by themselves", async () => {
      await start(ledger(), [{ text: "", kind: "blank" }, { text: "{", kind: "invalid" }, "a"]);
      expect(await todo(ledger())).toEqual([2]);
      const [blank, bad] = await ledger().read(0, 10, 1000);
      expect(blank).toMatchObject({ status: "blank", error: null, body: null });
      expect(bad).toMatchObject({
        status: "unsent",
        error: { code: "invalid-row", message: "line 2 is bad" },
      });
      expect(await ledger().totals()).toMatchObject({ blank: 1, unsent: 1, invalid: 1, todo: 1 });
      const { rows: settled } = await ledger().readSettled(0, 10, 1000);
      expect(settled.map(({ index }) => index)).toContain(1);
    });

    it("counts the attempts of a row that stays open", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0);
      await ledger().settle([ended(0, "transient")]);
      await intend(ledger(), 0);
      await ledger().settle([ended(0, "throttled", { counts: false })]);
      expect((await ledger().pull("xai", -1, 1))[0]?.attempts).toBe(1);
      await answer(ledger(), 0);
      expect((await ledger().read(0, 1, 1000))[0]?.attempts).toBe(2);
    });

    it("a withdrawn intent leaves no trace", async () => {
      await start(ledger(), ["a"]);
      await intend(ledger(), 0, 500);
      await ledger().settle([{ ...ended(0, "unprocessed"), ending: "withdrawn", counts: false }]);
      expect(await ledger().totals()).toMatchObject({ todo: 1, attempts: {}, atRisk: 0 });
      expect((await (await reopen()).info()).unknown.rows).toBe(0);
    });

    it("a second answer for a settled row is paid, and changes nothing else", async () => {
      await start(ledger(), ["a"]);
      await answer(ledger(), 0, "first");
      await ledger().settle([answered(0, "second")]);
      expect(await texts(ledger())).toEqual(["first"]);
      expect(await ledger().totals()).toMatchObject({ answered: 1, cost: 20, attempts: { answered: 2 } });
    });

    it("remembers where OUTPUT stands", async () => {
      await start(ledger(), ["a"]);
      const output = {
        generation: 2,
        nextIndex: 1,
        bytes: 77,
        crc: 2 ** 32 - 1,
        format: "openai",
        order: "input",
      } as const;
      await ledger().position(output);
      expect((await ledger().info()).output).toEqual(output);
      expect((await (await reopen()).info()).output).toEqual(output);
    });

    it("keeps the order of writes that nobody waited for", async () => {
      await start(ledger(), ["a"]);
      const writes = [];
      for (let round = 0; round < 50; round += 1) {
        writes.push(intend(ledger(), 0), ledger().settle([ended(0, "transient")]));
      }
      writes.push(intend(ledger(), 0), ledger().settle([answered(0)]));
      await Promise.all(writes);
      expect(await ledger().totals()).toMatchObject({
        answered: 1,
        attempts: { transient: 50, answered: 1 },
      });
      expect((await ledger().totals()).attempts.pending).toBeUndefined();
    });
  });
}

/** Buffers and typed arrays alike, as plain bytes. */
function plain<Row extends { body: Uint8Array | null }>(settled: readonly Row[]): Row[] {
  return settled.map((row) => ({ ...row, body: row.body === null ? null : Uint8Array.from(row.body) }));
}
