import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { readLedgerInfo } from "../../src/ledger/index.ts";
import { isLocked, LedgerLock, lockPathOf } from "../../src/ledger/ledger-lock.ts";
import { networkFileSystem } from "../../src/ledger/network-file-systems.ts";
import { checkSqliteVersion } from "../../src/ledger/sqlite-version.ts";
import { UsageError } from "../../src/model/errors.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { refusal } from "./refusal.ts";
import { adopt, rows } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

describe("a ledger that cannot be opened says why", () => {
  it("when there is none", async () => {
    const path = freshPath();
    expect(await refusal(openInThread(path, { mode: "open" }))).toContain("There is no ledger");
    expect(await refusal(readLedgerInfo(path))).toContain("There is no ledger");
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it("when its folder is missing", async () => {
    const path = join(freshFolder(), "nowhere", "answers.ledger");
    expect(await refusal(openInThread(path))).toMatch(/The folder .*nowhere for the ledger does not exist/);
  });

  it("when it is a folder", async () => {
    const path = freshPath();
    mkdirSync(path);
    expect(await refusal(openInThread(path))).toContain("is not a file");
  });

  it.each([
    ["a text file", "What is 2 + 2?\n"],
    ["a long text file", "What is 2 + 2?\n".repeat(1000)],
  ])("when it is %s, which stays as it was", async (_title, content) => {
    const path = freshPath();
    writeFileSync(path, content);
    expect(await refusal(openInThread(path))).toContain("answers.ledger is not a Sluice ledger");
    expect(await refusal(readLedgerInfo(path))).toContain("answers.ledger is not a Sluice ledger");
    expect(readFileSync(path, "utf8")).toBe(content);
    expect(readdirSync(dirname(path))).toEqual(["answers.ledger"]);
  });

  it("when it is another program's database", async () => {
    const path = freshPath();
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE book(title TEXT)");
    database.close();
    expect(await refusal(openInThread(path))).toContain("is not a Sluice ledger");
    expect(await refusal(readLedgerInfo(path))).toContain("is not a Sluice ledger");
  });

  it("when a newer program wrote it", async () => {
    const path = freshPath();
    await (await openInThread(path)).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(await refusal(openInThread(path))).toMatch(/newer Sluice.*update Sluice/);
    expect(await refusal(readLedgerInfo(path))).toContain("newer Sluice");
  });

  it("when it is damaged", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await adopt(ledger, rows(Array.from({ length: 500 }, (_, index) => `line ${index}`)));
    await ledger.close();
    const bytes = readFileSync(path);
    bytes.fill(0xee, 4096 - 3900, bytes.length);
    writeFileSync(path, bytes);
    expect(await refusal(openInThread(path))).toContain("is damaged");
    expect(readdirSync(dirname(path))).toEqual(["answers.ledger"]);
  });

  it("when SQLite is too old", () => {
    expect(() => checkSqliteVersion("3.51.2")).toThrow("3.51.3 or newer");
    expect(() => checkSqliteVersion("3.9.9")).toThrow(UsageError);
    expect(() => checkSqliteVersion(undefined)).toThrow("none");
    expect(() => checkSqliteVersion("3.51.3")).not.toThrow();
    expect(() => checkSqliteVersion("4.0.0")).not.toThrow();
  });
});

describe("the lock", () => {
  it("is free, then held, then free again, and leaves no file", () => {
    const path = freshPath();
    expect(isLocked(path)).toBe(false);
    const lock = LedgerLock.take(path);
    expect(isLocked(path)).toBe(true);
    expect(LedgerLock.take(path)).toBeNull();
    lock?.release();
    expect(isLocked(path)).toBe(false);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it("is taken over where a killed process left its file, with the commits it knew of", () => {
    const path = freshPath();
    const left = new DatabaseSync(lockPathOf(path));
    left.exec("PRAGMA user_version = 41");
    left.close();
    expect(isLocked(path)).toBe(false);
    const lock = LedgerLock.take(path);
    expect(lock?.commitsSeen).toBe(41);
    lock?.release();
  });
});

describe("a file system", () => {
  it.each([
    [0x6969, "NFS"],
    [0xff534d42, "CIFS"],
    [0xff534d42 | 0, "CIFS"],
    [0xef53, null],
    [0x01021994, null],
  ])("of type %i is %s", (type, expected) => {
    expect(networkFileSystem(type)).toBe(expected);
  });
});
