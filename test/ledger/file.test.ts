import { readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { openLedger, readLedgerInfo } from "../../src/ledger/index.ts";
import { LedgerProxy } from "../../src/ledger/ledger-proxy.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { refusal } from "./refusal.ts";
import { answer, answered, intend, rows, start, texts } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

describe("a ledger's files", () => {
  it("are one file once the run is over, and four while it lives", async () => {
    const path = freshPath();
    const ledger = await openLedger({ path, mode: "create-or-open" });
    await start(ledger, ["a"]);
    await answer(ledger, 0);
    expect(readdirSync(dirname(path)).sort()).toEqual([
      "answers.ledger",
      "answers.ledger-shm",
      "answers.ledger-wal",
      "answers.ledger.lock",
    ]);
    await ledger.close();
    expect(readdirSync(dirname(path))).toEqual(["answers.ledger"]);
    await readLedgerInfo(path);
    expect(readdirSync(dirname(path))).toEqual(["answers.ledger"]);
  });

  it("need no shared memory on a network file system", async () => {
    const path = freshPath();
    const ledger = await openInThread(path, { networked: true });
    await start(ledger, ["a"]);
    await answer(ledger, 0);
    expect(readdirSync(dirname(path))).not.toContain("answers.ledger-shm");
    expect(readdirSync(dirname(path))).not.toContain("answers.ledger-wal");
    expect(await refusal(readLedgerInfo(path))).toContain("in use by another process");
    await ledger.close();
    expect((await readLedgerInfo(path)).totals.answered).toBe(1);
  });

  it("keep what was written when every commit waits for the disk", async () => {
    const path = freshPath();
    const ledger = await openInThread(path, { durability: "power" });
    await start(ledger, ["a"]);
    await answer(ledger, 0);
    await ledger.close();
    expect((await readLedgerInfo(path)).totals.answered).toBe(1);
  });

  it("are gone at the end of a temporary ledger", async () => {
    const path = freshPath();
    const ledger = await openInThread(path, { temporary: true });
    await start(ledger, ["a"]);
    await answer(ledger, 0);
    expect(await texts(ledger)).toEqual(["answer 0"]);
    await ledger.close();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ["moved", (path) => renameSync(path, `${path}.moved`)],
    ["removed with their folder", (path) => rmSync(dirname(path), { recursive: true })],
  ])("that are %s while a run writes to them end it with one sentence", async (_, take) => {
    const path = freshPath();
    const ledger = await openInThread(path);
    await start(ledger, ["a"]);
    take(path);
    expect(await refusal(intend(ledger, 0))).toBe(
      `The ledger ${path} was moved or removed while the run wrote to it; move it back and run the same command again.`,
    );
    await ledger.close();
  });

  it("may be opened twice in one process only one after the other", async () => {
    const path = freshPath();
    const ledger = await openInThread(path);
    expect(await refusal(openInThread(path))).toContain(`in use by process ${process.pid}`);
    await ledger.close();
    await (await openInThread(path)).close();
  });

  it("a second close waits for the first", async () => {
    const ledger = await openInThread(freshPath());
    await Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.totals()).rejects.toThrow("has stopped");
  });
});

describe("a worker that crashes", () => {
  it("rejects whatever waits for it and whatever comes later, naming the ledger", async () => {
    const worker = new Worker(
      "require('node:worker_threads').parentPort.once('message', () => { throw new Error('out of luck'); })",
      { eval: true },
    );
    const ledger = new LedgerProxy(
      {
        postMessage: (message, transfer) => worker.postMessage(message, transfer),
        onMessage: (listener) => worker.on("message", listener),
        onEnd: (listener) => worker.on("error", (error) => listener(error.message)),
        ended: async () => {},
        end: async () => {
          await worker.terminate();
        },
      },
      "answers.ledger",
      () => {},
    );
    const said = /worker of the ledger answers\.ledger has stopped \(out of luck\)/;
    const waiting = [ledger.totals(), intend(ledger, 0), ledger.append(rows(["a"]))];
    for (const result of await Promise.allSettled(waiting)) {
      expect(String(result.status === "rejected" ? result.reason : "")).toMatch(said);
    }
    await expect(ledger.settle([answered(0)])).rejects.toThrow(said);
    await expect(ledger.info()).rejects.toThrow(said);
  });
});
