import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/model/ledger.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { makeOlder } from "./older.ts";
import { adopt, answered, rows, start, texts } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

function beginOnce(ledger: Ledger) {
  return ledger.begin({ retryFailed: false, retryUnknown: false, dedupe: true });
}

function look<Row>(path: string, sql: string): Row[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare(sql).all() as Row[];
  database.close();
  return found;
}

describe("copies in the file", () => {
  it.each([20, 2_000_000])("share a body of %i bytes with their leader", async (length) => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await adopt(ledger, rows(["a", "a", "a"]));
    await beginOnce(ledger);
    await ledger.settle([answered(0, "x".repeat(length))]);
    expect((await texts(ledger)).map((text) => text === "x".repeat(length))).toEqual([true, true, true]);
    await ledger.close();
    expect(look(path, "SELECT leader, body IS NULL AS bare FROM answer ORDER BY id")).toEqual([
      { leader: null, bare: 0 },
      { leader: 1, bare: 1 },
      { leader: 1, bare: 1 },
    ]);
  });

  it("are told in pages when there are many", async () => {
    const ledger = await openInThread(freshPath());
    await adopt(ledger, rows(Array.from({ length: 5000 }, () => "a")));
    await beginOnce(ledger);
    await ledger.settle([answered(0)]);
    const pages: number[] = [];
    for (let page = await ledger.takeCopies(); page.length > 0; page = await ledger.takeCopies()) {
      pages.push(page.length);
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.reduce((sum, copies) => sum + copies, 0)).toBe(4999);
    expect((await ledger.totals()).answered).toBe(5000);
    await ledger.close();
  });

  it("need an index that a run without them does not keep", async () => {
    const path = freshPath();
    const indexes = "SELECT name FROM sqlite_schema WHERE name = 'plan_request'";
    const first = await openInThread(path);
    await adopt(first, rows(["a", "a"]));
    await beginOnce(first);
    await first.close();
    expect(look(path, indexes)).toHaveLength(1);
    const next = await openInThread(path);
    await next.begin({ retryFailed: false, retryUnknown: false });
    await next.close();
    expect(look(path, indexes)).toEqual([]);
  });

  it("can be made in a ledger of schema 2", async () => {
    const path = freshPath();
    const before = await openInThread(path);
    await start(before, ["a", "a"]);
    await before.settle([answered(0, "the answer to a")]);
    await before.close();
    makeOlder(path, 2);
    const next = await openInThread(path);
    expect(await beginOnce(next)).toMatchObject({ todo: 0, copies: { waiting: 0, settled: 1 } });
    expect(await texts(next)).toEqual(["the answer to a", "the answer to a"]);
    await next.close();
  });
});
