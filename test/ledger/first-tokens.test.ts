import { join } from "node:path";
import { expect, it } from "vitest";
import { readLedgerInfo } from "../../src/ledger/index.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { makeOlder } from "./older.ts";
import { answered, begin, intend, start } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

it("the ledger knows of each attempt when its first token came, and tells them together", async () => {
  const path = freshPath();
  const ledger = await openInThread(path);
  await start(ledger, ["a", "b", "c", "d"]);
  for (const [index, firstTokenMs] of [300, null, 100.4, 200].entries()) {
    await intend(ledger, index);
    await ledger.settle([{ ...answered(index), firstTokenMs }]);
  }
  await ledger.close();
  expect((await readLedgerInfo(path)).firstTokens).toEqual({ attempts: 3, p50: 200, p95: 300, max: 300 });
});

it("a ledger from before is read as it is, and gets the column when a run opens it", async () => {
  const path = freshPath();
  const before = await openInThread(path);
  await start(before, ["a", "b"]);
  await before.settle([answered(0)]);
  await before.close();
  makeOlder(path, 3);
  expect(await readLedgerInfo(path)).toMatchObject({ firstTokens: null, totals: { answered: 1 } });

  const next = await openInThread(path);
  await begin(next);
  await next.settle([{ ...answered(1), firstTokenMs: 70 }]);
  await next.close();
  expect(await readLedgerInfo(path)).toMatchObject({ firstTokens: { p50: 70 }, totals: { answered: 2 } });
});
