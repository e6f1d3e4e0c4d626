import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { openLedger, readLedgerInfo } from "../../src/ledger/index.ts";
import { LedgerFile } from "../../src/ledger/ledger-file.ts";
import { Packer } from "../../src/ledger/packing.ts";
import { isDiskFull } from "../../src/ledger/sqlite-errors.ts";
import { SqliteLedger } from "../../src/ledger/sqlite-ledger.ts";
import { packIntend, packSettle } from "../../src/ledger/write-operations.ts";
import type { Ledger } from "../../src/model/ledger.ts";
import type { PlanRow } from "../../src/model/plan.ts";
import { freshFolders } from "./folder.ts";
import { answered, begin, hash, rows, settings } from "./rows.ts";

const freshFolder = freshFolders();
const ROWS = 100_000;

function planRow(index: number): PlanRow {
  const key = new Uint8Array(16);
  new DataView(key.buffer).setFloat64(0, index * 7919.13);
  const place = { line: index + 1, offset: index * 100, length: 99 };
  const what = { customId: null, lane: "xai", kind: "request", problem: null } as const;
  return { ...place, ...what, key, keyGiven: false, requestHash: key, sourceHash: key };
}

async function stageAll(ledger: Ledger, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += 1000) {
    await ledger.stage(
      Array.from({ length: Math.min(1000, to - start) }, (_, place) => planRow(start + place)),
    );
  }
}

describe("a hundred thousand rows", () => {
  it("are planned, answered, planned anew and opened again in bounded memory", {
    timeout: 60_000,
  }, async () => {
    const path = join(freshFolder(), "large.ledger");
    let ledger = await openLedger({ path, mode: "create-or-open" });
    const before = process.memoryUsage.rss();
    await stageAll(ledger, 0, ROWS);
    expect(await ledger.compare()).toMatchObject({ rows: ROWS, inCommon: 0 });
    await ledger.adopt(settings(), "ask-again");
    expect((await begin(ledger)).todo).toBe(ROWS);
    for (let start = 0; start < ROWS; start += 1000) {
      await ledger.settle(Array.from({ length: 1000 }, (_, place) => answered(start + place)));
    }
    await stageAll(ledger, 1, ROWS + 1);
    expect(await ledger.compare()).toMatchObject({ inCommon: ROWS - 1, leaving: 1, askedAgain: { rows: 0 } });
    await ledger.adopt(settings(), "ask-again");
    expect(process.memoryUsage.rss() - before).toBeLessThan(250e6);
    await ledger.close();
    ledger = await openLedger({ path, mode: "open" });
    expect((await ledger.info()).totals).toMatchObject({ answered: ROWS - 1, todo: 1 });
    expect(await begin(ledger)).toMatchObject({ todo: 1, firstTodo: ROWS - 1 });
    expect(await ledger.pull("xai", -1, 10)).toMatchObject([{ index: ROWS - 1 }]);
    expect((await ledger.read(50_000, 1, 1000))[0]?.body).toEqual(new TextEncoder().encode("answer 50001"));
    await ledger.close();
  });
});

describe("a disk that is full", () => {
  it("undoes the whole commit, and the same writes succeed once there is room", async () => {
    const path = join(freshFolder(), "full.ledger");
    const options = {
      path,
      mode: "create-or-open",
      durability: "process",
      temporary: false,
      networked: false,
    } as const;
    const file = LedgerFile.open(options);
    const ledger = new SqliteLedger(file.database, { temporary: false });
    ledger.stage(rows(["a", "b"]));
    ledger.adopt(settings(), "ask-again");
    ledger.begin({ retryFailed: false, retryUnknown: false });
    const packer = new Packer();
    packIntend(packer, [{ index: 0, atRisk: 5, wallTime: 1 }]);
    packSettle(packer, [answered(0, "x".repeat(50_000), { finishReason: "a new word" })]);
    const { parcel } = packer.pack();
    const before = ledger.totals();
    const pages = Number(file.database.prepare("PRAGMA page_count").get()?.page_count);
    file.database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    let error: unknown = null;
    try {
      ledger.write([parcel]);
    } catch (thrown) {
      error = thrown;
    }
    expect(isDiskFull(error)).toBe(true);
    expect(ledger.totals()).toEqual(before);
    expect(ledger.read(0, 1, 1000)).toEqual([]);
    file.database.exec("PRAGMA max_page_count = 100000");
    ledger.write([parcel]);
    expect(ledger.totals()).toMatchObject({ answered: 1, atRisk: 0, attempts: { answered: 1 } });
    expect(ledger.read(0, 1, 1000)[0]?.body).toHaveLength(50_000);
    file.close();
    expect((await readLedgerInfo(path)).totals.answered).toBe(1);
  });
});

describe("what a ledger stores", () => {
  it("is a row for every attempt, with its code, cost and money at risk", async () => {
    const path = join(freshFolder(), "attempts.ledger");
    const ledger = await openLedger({ path, mode: "create-or-open" });
    await ledger.stage(rows([{ text: "a", id: "one" }]));
    await ledger.adopt(settings(), "ask-again");
    await begin(ledger);
    await ledger.intend([{ index: 0, atRisk: 70, wallTime: 5 }]);
    await ledger.settle([answered(0, "first"), answered(0, "second")]);
    await ledger.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const attempts = database
      .prepare(
        "SELECT attempt.id, idx, ending, text AS code, cost, at_risk FROM attempt JOIN word ON word.id = code",
      )
      .all();
    expect(attempts.map((row) => ({ ...row }))).toEqual([
      { id: 1, idx: 0, ending: 1, code: "answered", cost: 10, at_risk: 0 },
      { id: 2, idx: 0, ending: 1, code: "answered", cost: 10, at_risk: 0 },
    ]);
    expect(database.prepare("SELECT count(*) AS answers FROM answer").get()?.answers).toBe(2);
    expect(database.prepare("SELECT identity FROM plan").get()?.identity).toEqual(hash("id one"));
    database.close();
  });
});
