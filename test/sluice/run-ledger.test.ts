import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { openLedger } from "../../src/ledger/index.ts";
import { openRunLedger } from "../../src/sluice/run-ledger.ts";

it("a ledger that lacks what a killed run stored is refused each time, until it is recovered", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-run-ledger-"));
  const path = join(folder, "answers.ledger");
  await (await openLedger({ path, mode: "create-or-open" })).close();
  const left = new DatabaseSync(`${path}.lock`);
  left.exec("PRAGMA user_version = 41");
  left.close();

  const makeTemporary = () => Promise.reject(new Error("a ledger was named"));
  const choice = { caller: "run", given: path, durability: undefined, makeTemporary };
  for (const _again of [1, 2]) {
    const opened = openRunLedger(choice);
    await expect(opened).rejects.toThrow(/was cut short: its last 41 commits are gone.*sluice recover/);
  }
  expect(existsSync(path)).toBe(true);
  rmSync(folder, { recursive: true });
});
