import { readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { answer, answered, begin, rows, start, texts } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

describe("a temporary ledger", () => {
  it("stays small while its delivered rows are pruned", async () => {
    const path = freshPath();
    const ledger = await openInThread(path, { temporary: true });
    await begin(ledger);
    const body = "x".repeat(10_000);
    let largest = 0;
    for (let round = 0; round < 30; round += 1) {
      const appended = await ledger.append(
        rows(Array.from({ length: 50 }, (_, index) => `${round} ${index}`)),
      );
      await ledger.settle(appended.map(({ index }) => answered(index, body)));
      await ledger.prune(round * 50);
      largest = Math.max(largest, await openBytes(path));
    }
    expect(largest).toBeLessThan(3_000_000);
    expect(await texts(ledger, 29 * 50)).toHaveLength(50);
    expect(await ledger.read(0, 1, 1000)).toEqual([]);
    expect((await ledger.totals()).answered).toBe(1500);
    expect((await ledger.info()).rows).toBe(1500);
    await ledger.close();
  });

  it("is the only one that forgets", async () => {
    const ledger = await openInThread(freshPath());
    await start(ledger, ["a", "b"]);
    await answer(ledger, 0);
    await ledger.prune(1);
    expect(await texts(ledger)).toEqual(["answer 0"]);
    await ledger.close();
  });
});

/** The size of a file of this process whose name may be gone already. */
async function openBytes(path: string): Promise<number> {
  if (process.platform !== "linux") return 0;
  for (const descriptor of readdirSync("/proc/self/fd")) {
    const link = `/proc/self/fd/${descriptor}`;
    const target = readLink(link);
    if (target?.startsWith(path)) return statSync(link).size;
  }
  return Number.NaN;
}

function readLink(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
