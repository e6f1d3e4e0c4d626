import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { seededRandom } from "../chaos/seeded-random.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { recover } from "./recovering.ts";
import { adopt, answered, begin, rows, start, texts } from "./rows.ts";

const freshFolder = freshFolders();
const freshPath = () => join(freshFolder(), "answers.ledger");

/** A ledger of 120 answers of growing length, as bytes. */
async function manyAnswers(): Promise<Buffer> {
  const path = freshPath();
  const ledger = await openInThread(path);
  await start(ledger, LINES);
  await ledger.settle(LINES.map((_, index) => answered(index, answerOf(index))));
  await ledger.close();
  return readFileSync(path);
}

const LINES = Array.from({ length: 120 }, (_, index) => `line ${index}`);
const answerOf = (index: number) => `answer ${index} ${"y".repeat(index * 7)}`;

/** What the next run knows of every row: its answer, or null. */
async function knownAfterwards(path: string): Promise<(string | null)[]> {
  const ledger = await openInThread(path);
  await adopt(ledger, rows(LINES));
  await begin(ledger);
  const known: (string | null)[] = [];
  for (const index of LINES.keys()) known.push((await texts(ledger, index))[0] ?? null);
  await ledger.close();
  return known;
}

it("a ledger that was cut yields right answers or none, and loses none without a word", {
  timeout: 60_000,
}, async () => {
  const whole = await manyAnswers();
  const saved = new Set<number>();
  for (const part of [0.2, 0.6, 0.9, 0.95, 0.99]) {
    const path = freshPath();
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length * part)));
    const { fromLedger, lost, isCounted } = recover(path);
    if (isCounted) expect(fromLedger + lost.rows).toBe(LINES.length);
    const known = await knownAfterwards(path);
    expect(known.filter((text) => text !== null)).toHaveLength(fromLedger);
    for (const [index, text] of known.entries()) expect([null, answerOf(index)]).toContain(text);
    saved.add(fromLedger);
  }
  expect(saved.size).toBeGreaterThan(1);
});

it("a ledger with bytes flipped anywhere is sound, recovered or hopeless, and never breaks the recovery or the next run", {
  timeout: 60_000,
}, async () => {
  const whole = await manyAnswers();
  const random = seededRandom(20_261_125);
  for (let round = 0; round < 25; round += 1) {
    const path = freshPath();
    const bytes = Buffer.from(whole);
    for (let flips = 0; flips < 30; flips += 1) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    bytes.fill(0xee, 0, 16);
    writeFileSync(path, bytes);
    const { fromLedger } = recover(path);
    const known = await knownAfterwards(path);
    // A row whose identity changed is not recognised, which costs its answer and gives it to nobody.
    expect(known.filter((text) => text !== null).length).toBeLessThanOrEqual(fromLedger);
    for (const [index, text] of known.entries()) {
      if (text !== null) expect(text).toHaveLength(answerOf(index).length);
    }
  }
});
