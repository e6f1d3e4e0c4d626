import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { Recovery } from "../../src/ledger/index.ts";
import { LedgerLock } from "../../src/ledger/ledger-lock.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { makeOlder } from "./older.ts";
import { found, lose, recover, tear } from "./recovering.ts";
import { adopt, answer, answered, begin, fail, hash, intend, rows, start, texts, todo } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

describe("a recovered ledger", () => {
  it("has every answer, its money and what it superseded, where nothing but the header is gone", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b", "c"]);
    await answer(ledger, 0, "one");
    await fail(ledger, 1, "rejected");
    await intend(ledger, 2, 70);
    await ledger.settle([answered(0, "a second answer", { cost: 33 })]);
    const { totals } = await ledger.info();
    await ledger.close();
    tear(path);

    const recovered = recover(path);
    expect(recovered).toMatchObject({ fromLedger: 1, lost: { rows: 0 }, isCounted: true });
    expect(recovered.info.totals).toEqual(totals);
    expect(recovered.info.unknown).toEqual({ rows: 1, atRisk: 70, unpriced: 0 });
    const again = await openInThread(path);
    await adopt(again, rows(["a", "b", "c"]));
    await begin(again);
    expect(await texts(again)).toEqual(["one", null]);
    expect(await todo(again)).toEqual([2]);
    await again.close();
  });

  it.each([1, 2, 3, 4])("has every answer of a ledger of schema %i", async (schema) => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b"]);
    await answer(ledger, 0, "one");
    await intend(ledger, 1, 70);
    await ledger.close();
    makeOlder(path, schema);
    tear(path);
    const recovered = recover(path);
    expect(recovered).toMatchObject({ fromLedger: 1, lost: { rows: 0 } });
    expect(recovered.info.unknown).toEqual({ rows: 1, atRisk: 70, unpriced: 0 });
    const again = await openInThread(path);
    expect(await texts(again)).toEqual(["one"]);
    await again.close();
  });

  it("sends again what has no answer left, and says what that cost", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b", "c"]);
    for (const index of [0, 1, 2]) await answer(ledger, index);
    await ledger.close();
    lose(path, "DELETE FROM answer WHERE idx = 1");
    tear(path);

    const recovered = recover(path);
    expect(recovered).toMatchObject({ fromLedger: 2, lost: { rows: 1, cost: 10, unpriced: 0 } });
    expect(recovered.info.totals.cost).toBe(30);
    const again = await openInThread(path);
    await adopt(again, rows(["a", "b", "c"]));
    await begin(again);
    expect(await todo(again)).toEqual([1]);
    await again.close();
  });

  it("takes from OUTPUT what it lost itself, at the cost it knew", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", { text: "b", id: "id-b" }]);
    await answer(ledger, 0, "one");
    await answer(ledger, 1, "two");
    await ledger.close();
    lose(path, "DELETE FROM answer");
    tear(path);

    const recovered = recover(path, [found("request-1", 1, "one"), found("id-b", 2, "two")]);
    expect(recovered).toMatchObject({ fromLedger: 0, fromOutput: 2, unplaced: 0, lost: { rows: 0 } });
    expect(recovered.info.totals).toMatchObject({ answered: 2, cost: 20, unknownCost: 0 });
    expect(recovered.info.totals.attempts).toEqual({ answered: 2 });
    const again = await openInThread(path);
    expect(await texts(again)).toEqual(["one", "two"]);
    await again.close();
  });

  it("knows a kept answer by the request it was given to, and one that was lost no more", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b", "c"]);
    for (const index of [0, 1, 2]) await answer(ledger, index, `kept ${index}`);
    await adopt(ledger, rows(["a", "b", "c"], "grok-4.7"), "keep");
    await ledger.close();
    lose(path, "DELETE FROM answer WHERE idx > 0");
    tear(path);

    recover(path, [found("request-2", 2, "kept 1")]);
    const again = await openInThread(path);
    await begin(again);
    expect(await todo(again)).toEqual([2]);
    await answer(again, 2, "of 4.7");
    await adopt(again, rows(["a", "b", "c"]));
    await begin(again);
    expect(await todo(again)).toEqual([2]);
    expect(await texts(again)).toEqual(["kept 0", "kept 1"]);
    await again.close();
  });

  it("tells a row by its line from another whose id is its label", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, [{ text: "a", id: "request-2" }, "b"]);
    await ledger.close();
    tear(path);

    recover(path, [found("request-2", 1, "of a"), found("request-2", 2, "of b")]);
    const again = await openInThread(path);
    expect(await texts(again)).toEqual(["of a", "of b"]);
    await again.close();
  });

  it("ends the intent of a row whose answer only OUTPUT shows", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b"]);
    await intend(ledger, 0, 70);
    await ledger.close();
    tear(path);

    const { info } = recover(path, [found("request-1", 1, "one")]);
    expect(info.unknown.rows).toBe(0);
    expect(info.totals).toMatchObject({ answered: 1, todo: 1, atRisk: 0, unknownCost: 1 });
  });

  it("gives answers of OUTPUT to no row of another plan, unless INPUT's line is the same", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b"]);
    await ledger.close();
    tear(path);

    const fromOutput = [found("request-1", 1, "one"), found("request-2", 2, "two", hash("b"))];
    expect(recover(path, fromOutput, false)).toMatchObject({ fromOutput: 1, unplaced: 1 });
    const again = await openInThread(path);
    await begin(again);
    expect(await todo(again)).toEqual([0]);
    await again.close();
  });

  it("keeps what only OUTPUT has until its row comes: by its id, else by its line", async () => {
    const path = freshPath();
    await (await openInThread(path)).close();
    tear(path);
    const fromOutput = [
      found("id-a", 1, "one"),
      found("request-2", 2, "two", hash("b")),
      found("request-3", 3, "three"),
      found("id-gone", 4, "four"),
    ];
    expect(recover(path, fromOutput)).toMatchObject({
      fromOutput: 3,
      unplaced: 1,
      info: { simulated: null },
    });

    const again = await openInThread(path);
    const plan = rows(["new", { text: "a, in other words", id: "id-a" }, "b", "c"], "another model");
    await adopt(again, plan);
    await begin(again);
    expect(await todo(again)).toEqual([0, 3]);
    expect(await texts(again, 1)).toEqual(["one", "two"]);
    await adopt(again, [...plan, ...rows(["x", "x", "x", "x", { text: "d", id: "id-gone" }]).slice(4)]);
    expect(await texts(again, 4)).toEqual(["four"]);
    await again.close();
  });

  it("has a long body whole or not at all", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b"]);
    const long = "x".repeat(3 * 1024 * 1024);
    await ledger.settle([answered(0, long), answered(1, long)]);
    await ledger.close();
    lose(path, "DELETE FROM piece WHERE id = (SELECT max(id) FROM piece)");
    tear(path);

    expect(recover(path)).toMatchObject({ fromLedger: 1, lost: { rows: 1 } });
    const again = await openInThread(path);
    expect((await texts(again))[0]).toBe(long);
    await again.close();
  });

  it("counts rows of which nothing is left, as long as the sums are", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b", "c"]);
    for (const index of [0, 1, 2]) await answer(ledger, index);
    await ledger.close();
    lose(path, "DELETE FROM plan WHERE idx > 0", "DELETE FROM answer WHERE idx > 0");
    tear(path);
    expect(recover(path)).toMatchObject({ fromLedger: 1, lost: { rows: 2, unpriced: 2 }, isCounted: true });
  });

  it("has its sums counted anew where they are gone, and says that nobody can tell the rest", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a", "b"]);
    await answer(ledger, 0);
    await intend(ledger, 1, 70);
    const { totals } = await ledger.info();
    await ledger.close();
    lose(path, "DELETE FROM meta", "DELETE FROM word WHERE id = 1");
    tear(path);
    const recovered = recover(path);
    expect(recovered).toMatchObject({ fromLedger: 1, isCounted: false });
    expect(recovered.info.totals).toEqual(totals);
  });

  it("is none of a ledger that is sound, in use, or of a newer Sluice", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a"]);
    await ledger.close();
    const bytes = readFileSync(path);
    expect(() => Recovery.open(path)).toThrow("is not damaged");

    const lock = LedgerLock.take(path);
    expect(() => Recovery.open(path)).toThrow("is in use");
    lock?.release();
    expect(readFileSync(path).equals(bytes)).toBe(true);

    lose(path, "PRAGMA user_version = 99");
    expect(() => Recovery.open(path)).toThrow("newer Sluice");
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });
});
