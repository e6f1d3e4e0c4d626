import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/model/ledger.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { makeOlder } from "./older.ts";
import { answered, begin, ended, outcome, rows, start } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

const MEBIBYTE = 1024 * 1024;
const PATTERN = Uint8Array.from({ length: 251 }, (_, place) => place);

/** Bytes of which no piece is like another. */
function longBody(length: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(length, PATTERN));
}

async function bodyOf(ledger: Ledger, index = 0): Promise<Uint8Array | null | undefined> {
  return (await ledger.read(index, 1, 1))[0]?.body;
}

function isLongBody(body: Uint8Array | null | undefined, length: number): boolean {
  return body !== null && body !== undefined && Buffer.from(body).equals(longBody(length));
}

describe("a long body", () => {
  it.each([MEBIBYTE, MEBIBYTE + 1, 2 * MEBIBYTE, 3_500_000])(
    "of %i bytes comes back byte for byte, also in the next run",
    async (length) => {
      const path = freshPath();
      const first = await openInThread(path);
      await start(first, ["a", "b"]);
      await first.settle([answered(0, "", { body: longBody(length) }), answered(1, "short")]);
      expect(isLongBody(await bodyOf(first), length)).toBe(true);
      await first.close();
      const next = await openInThread(path);
      expect(isLongBody(await bodyOf(next), length)).toBe(true);
      expect(Buffer.from((await bodyOf(next, 1)) ?? []).toString()).toBe("short");
      await next.close();
    },
  );

  it("stays with a row that was opened again and not sent", async () => {
    const path = freshPath();
    const first = await openInThread(path);
    await start(first, ["a"]);
    const rejected = outcome({ status: "rejected", body: longBody(2_000_000), cost: null, costSource: null });
    await first.settle([ended(0, "rejected", { outcome: rejected })]);
    await first.close();
    const next = await openInThread(path);
    await begin(next, { retryFailed: true });
    await next.skip([{ index: 0, error: { code: "not-sent", message: "not sent" } }]);
    expect(isLongBody(await bodyOf(next), 2_000_000)).toBe(true);
    await next.close();
  });

  it("is forgotten with its row by a temporary ledger, and no other is", async () => {
    const path = freshPath();
    const ledger = await openInThread(path, { temporary: true });
    await begin(ledger);
    await ledger.append(rows(["a", "b"]));
    await ledger.settle([0, 1].map((index) => answered(index, "", { body: longBody(2_000_000) })));
    await ledger.prune(1);
    expect(await ledger.read(0, 1, 1)).toEqual([]);
    expect(isLongBody(await bodyOf(ledger, 1), 2_000_000)).toBe(true);
    await ledger.close();
  });
});

describe("a ledger from before long bodies had a table", () => {
  it("gets one when it is opened", async () => {
    const path = freshPath();
    const first = await openInThread(path);
    await start(first, ["a"]);
    await first.close();
    makeOlder(path, 1);
    const next = await openInThread(path);
    await begin(next);
    await next.settle([answered(0, "", { body: longBody(2_000_000) })]);
    expect(isLongBody(await bodyOf(next), 2_000_000)).toBe(true);
    await next.close();
  });
});
