import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { copyLedger, readLedgerInfo } from "../../src/ledger/index.ts";
import { openReadableCopy } from "../../src/ledger/readable-copy.ts";
import { rollBack } from "../../src/ledger/roll-back.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { answer, begin, start, texts } from "./rows.ts";

const freshFolder = freshFolders();
let path = "";

/** A ledger whose process died in the middle of a change without a WAL: some pages are written, others are not. */
beforeEach(async () => {
  const origin = join(freshFolder(), "origin.ledger");
  path = join(freshFolder(), "killed.ledger");
  const ledger = await openInThread(origin);
  await start(ledger, ["a", "b"]);
  await answer(ledger, 0, "one");
  const { commits } = bookOf(origin);
  await ledger.close();
  const database = new DatabaseSync(origin);
  database.exec(`PRAGMA synchronous = OFF; PRAGMA cache_size = 1; BEGIN; UPDATE answer SET body = zeroblob(90000);
    UPDATE plan SET state = 0; CREATE TABLE half_made (x); INSERT INTO half_made VALUES (zeroblob(900000));`);
  for (const ending of ["", "-journal"]) copyFileSync(origin + ending, path + ending);
  database.exec("ROLLBACK");
  database.close();
  const lock = new DatabaseSync(`${path}.lock`);
  lock.exec(`PRAGMA user_version = ${commits}`);
  lock.close();
});

function bookOf(ledger: string): { commits: number } {
  const database = new DatabaseSync(ledger, { readOnly: true });
  const book = database.prepare("SELECT value FROM meta WHERE name = 'book'").get();
  database.close();
  return JSON.parse(String(book?.value));
}

describe("a change that a kill left half made", () => {
  it("is in the way of whoever may only read", () => {
    const database = new DatabaseSync(path, { readOnly: true });
    expect(() => database.prepare("SELECT * FROM meta").all()).toThrow(/readonly/);
    database.close();
  });

  it("is taken back by who looks, with nothing left beside the ledger", async () => {
    expect((await readLedgerInfo(path)).totals).toMatchObject({ answered: 1, todo: 1 });
    expect(readdirSync(dirname(path)).sort()).toEqual(["killed.ledger", "killed.ledger.lock"]);
  });

  it.each([false, true])("is taken back by the next run (networked: %s)", async (networked) => {
    const ledger = await openInThread(path, { networked });
    expect((await begin(ledger)).todo).toBe(1);
    expect(await texts(ledger)).toEqual(["one"]);
    await ledger.close();
  });

  it("is taken back in a copy, and the original stays as it is", async () => {
    const copy = await copyLedger(path, freshFolder());
    expect((await readLedgerInfo(copy)).totals).toMatchObject({ answered: 1, todo: 1 });
    expect(existsSync(`${path}-journal`)).toBe(true);
  });

  it("is taken back before a damaged ledger is read, where its journal still fits", () => {
    const { database } = openReadableCopy(path, `${path}.reading`, path);
    expect(database.prepare("SELECT cast(body AS TEXT) AS text FROM answer").all()).toMatchObject([
      { text: "one" },
    ]);
    database.close();
    expect(existsSync(`${path}-journal`)).toBe(true);
  });

  it("leaves what has no journal, or an empty one, alone", () => {
    const other = join(freshFolder(), "no.ledger");
    writeFileSync(`${other}-journal`, "");
    rollBack(other, 0);
    expect(existsSync(other)).toBe(false);
  });
});

describe("a ledger that a kill left before it was made", () => {
  it("is none yet to who looks, and is made by the next run", async () => {
    const empty = join(freshFolder(), "empty.ledger");
    writeFileSync(empty, "");
    await expect(readLedgerInfo(empty)).rejects.toThrow(`There is no ledger ${empty}; begin one`);
    const ledger = await openInThread(empty);
    await start(ledger, ["a"]);
    await ledger.close();
    expect((await readLedgerInfo(empty)).totals).toMatchObject({ todo: 1 });
  });
});
