import { cpSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { refuseCut } from "../../src/ledger/refuse-cut.ts";

const PAGE = 4096;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-cut-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a killed writer leaves: rows in the file, where `checkpointed`, and more in the WAL. */
function left({ checkpointed }: { checkpointed: boolean }): string {
  const origin = join(folder, "origin");
  const path = join(folder, "left");
  const database = new DatabaseSync(origin);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x)");
  const insert = database.prepare("INSERT INTO t VALUES (zeroblob(3000))");
  for (let row = 0; row < 20; row += 1) insert.run();
  if (checkpointed) database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  insert.run();
  for (const ending of ["", "-wal"]) cpSync(origin + ending, path + ending);
  database.close();
  return path;
}

it.each([true, false])(
  "lets a whole one through, whatever is in its WAL (checkpointed: %s)",
  (checkpointed) => {
    const path = left({ checkpointed });
    expect(() => refuseCut(path)).not.toThrow();
    expect(existsSync(`${path}-wal`)).toBe(true);
  },
);

it.each([0, PAGE, 5 * PAGE + 7])("refuses one that was cut at byte %i, and leaves its WAL", (bytes) => {
  const path = left({ checkpointed: true });
  truncateSync(path, bytes);
  const walBytes = statSync(`${path}-wal`).size;

  expect(() => refuseCut(path)).toThrow(/is damaged; sluice recover/);
  expect([statSync(path).size, statSync(`${path}-wal`).size]).toEqual([bytes, walBytes]);
});

it("says nothing of one that is not there, nor of one without a WAL", () => {
  const path = left({ checkpointed: true });
  rmSync(`${path}-wal`);
  truncateSync(path, PAGE);
  expect(() => refuseCut(path)).not.toThrow();
  expect(() => refuseCut(join(folder, "nothing"))).not.toThrow();
});
