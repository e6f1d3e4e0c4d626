import { cpSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLedgerInfo } from "../../src/ledger/index.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { refusal } from "./refusal.ts";
import { answer, start } from "./rows.ts";

const PAGE = 4096;
const freshFolder = freshFolders();

/** What a killed run leaves: rows in the file and its WAL. Returns its path. */
async function left(): Promise<string> {
  const path = join(freshFolder(), "answers.ledger");
  const ledger = await openInThread(path);
  await start(
    ledger,
    Array.from({ length: 200 }, (_, index) => `line ${index}`),
  );
  await answer(ledger, 0);
  const copy = join(freshFolder(), "left.ledger");
  for (const ending of ["", "-wal"]) cpSync(path + ending, copy + ending);
  await ledger.close();
  return copy;
}

describe("a look at a ledger that no run has open", () => {
  it("tells how it stands, also with what is in its WAL, and leaves it as it is", async () => {
    const path = await left();
    const before = readFileSync(path);
    expect(await readLedgerInfo(path)).toMatchObject({ running: null, totals: { answered: 1, todo: 199 } });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.each([
    [0, "beside its WAL"],
    [PAGE, "beside its WAL"],
    [2 * PAGE, "without a WAL"],
    [2 * PAGE + 7, "without a WAL"],
  ])("is refused in the words of a run where it was cut at byte %i, %s", async (bytes, where) => {
    const path = await left();
    if (where === "without a WAL") rmSync(`${path}-wal`);
    truncateSync(path, bytes);
    const told = await refusal(readLedgerInfo(path));
    expect(told).toMatch(/is damaged; sluice recover/);
    expect(await refusal(openInThread(path))).toBe(told);
  });
});
