import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openLedger, readLedgerInfo } from "../../src/ledger/index.ts";
import { WritingChild } from "./child.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { refusal } from "./refusal.ts";
import { begin, texts } from "./rows.ts";

const ROWS = 3000;
const freshFolder = freshFolders();
const children: WritingChild[] = [];

function child(path: string, rows = ROWS): WritingChild {
  const started = new WritingChild(path, rows);
  children.push(started);
  return started;
}

afterEach(async () => {
  for (const started of children.splice(0)) await started.kill();
});

describe("a process that is killed while it writes", () => {
  it("loses no intent and no answer that it was promised, however often", { timeout: 20_000 }, async () => {
    const path = join(freshFolder(), "killed.ledger");
    const settled = new Set<number>();
    let intents = 0;
    for (const lines of [40, 700, 300]) {
      const running = child(path);
      await running.said(lines);
      const said = await running.kill();
      for (const line of said) if (line.startsWith("s ")) settled.add(Number(line.slice(2)));
      intents += said.filter((line) => line.startsWith("i ")).length;
    }
    const { totals, unknown, running } = await readLedgerInfo(path);
    expect(running).toBeNull();
    const ledger = await openInThread(path);
    try {
      const { todo } = await begin(ledger);
      const { attempts, answered } = await ledger.totals();
      expect(answered).toBeGreaterThanOrEqual(settled.size);
      expect(todo).toBe(ROWS - answered);
      expect((attempts.answered ?? 0) + (attempts.ambiguous ?? 0)).toBeGreaterThanOrEqual(intents);
      expect(attempts.ambiguous ?? 0).toBe(totals.atRisk);
      expect(unknown.rows).toBeGreaterThan(0);
      for (const index of settled) {
        expect(await ledger.read(index, 1, 1000), `row ${index}`).toMatchObject([
          { index, status: "answered" },
        ]);
      }
      expect((await texts(ledger))[0]).toBe("answer 0");
    } finally {
      await ledger.close();
    }
    expect(readdirSync(dirname(path))).toEqual(["killed.ledger"]);
  });

  it("is refused when its WAL was taken away, and stays as it is", { timeout: 20_000 }, async () => {
    const path = join(freshFolder(), "cut.ledger");
    const running = child(path);
    await running.said(200);
    await running.kill();
    rmSync(`${path}-wal`);
    rmSync(`${path}-shm`);
    const before = readFileSync(path);
    for (const open of [openInThread, readLedgerInfo, openInThread]) {
      expect(await refusal(open(path))).toMatch(/was cut short: its last .* gone.*sluice recover/);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("two processes and one ledger", () => {
  it("the second is refused with the first one's process, host and time", { timeout: 20_000 }, async () => {
    const path = join(freshFolder(), "shared.ledger");
    const first = child(path, 10);
    await first.said(1);
    await expect(openLedger({ path, mode: "create-or-open" })).rejects.toThrow(
      new RegExp(
        `shared\\.ledger is in use by process ${first.pid} on .+ since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC`,
      ),
    );
    await first.kill();
    const ledger = await openLedger({ path, mode: "open" });
    await ledger.close();
  });

  it("status is told while a run lives, and leaves no file behind", { timeout: 20_000 }, async () => {
    const path = join(freshFolder(), "watched.ledger");
    const running = child(path, 64);
    await running.said(1 + 2 * 64 + 1);
    const before = readdirSync(dirname(path)).sort();
    const report = await readLedgerInfo(path);
    expect(report.running?.pid).toBe(running.pid);
    expect(report.totals.answered).toBe(64);
    expect(report.unknown.rows).toBe(0);
    expect(readdirSync(dirname(path)).sort()).toEqual(before);
    expect(before).toEqual([
      "watched.ledger",
      "watched.ledger-shm",
      "watched.ledger-wal",
      "watched.ledger.lock",
    ]);
  });

  it("a copy made while nobody runs is a ledger of its own", async () => {
    const folder = freshFolder();
    const ledger = await openInThread(join(folder, "one.ledger"));
    await ledger.close();
    copyFileSync(join(folder, "one.ledger"), join(folder, "two.ledger"));
    expect((await readLedgerInfo(join(folder, "two.ledger"))).rows).toBe(0);
    expect(existsSync(join(folder, "two.ledger-shm"))).toBe(false);
  });
});
