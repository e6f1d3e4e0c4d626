import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyLedger, openLedger } from "../../src/ledger/index.ts";
import { freshFolders } from "./folder.ts";
import { answer, start } from "./rows.ts";

const freshFolder = freshFolders();

it("takes along what a killed run left beside the ledger, and only reads the original", async () => {
  const folder = freshFolder();
  const path = join(folder, "killed.ledger");
  for (const ending of ["", "-wal", ".lock"]) writeFileSync(path + ending, `bytes of ${ending}`);
  writeFileSync(`${path}-shm`, "made anew by whoever opens it");
  const to = freshFolder();
  const before = readdirSync(folder);
  const copy = await copyLedger(path, to);
  expect(readdirSync(to).sort()).toEqual(["killed.ledger", "killed.ledger-wal", "killed.ledger.lock"]);
  expect(readFileSync(`${copy}-wal`, "utf8")).toBe("bytes of -wal");
  expect(readdirSync(folder)).toEqual(before);
});

it("can be opened and knows every answer, while one that a run has open is refused", async () => {
  const path = join(freshFolder(), "answers.ledger");
  const ledger = await openLedger({ path, mode: "create-or-open" });
  await start(ledger, ["a", "b"]);
  await answer(ledger, 0);
  const to = freshFolder();
  await expect(copyLedger(path, to)).rejects.toThrow(/is in use by process/);
  await ledger.close();
  const copy = await openLedger({ path: await copyLedger(path, to), mode: "open" });
  expect(await copy.totals()).toMatchObject({ answered: 1, todo: 1 });
  await copy.close();
});
