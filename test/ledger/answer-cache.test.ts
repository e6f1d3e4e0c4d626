import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { openAnswerCache } from "../../src/ledger/index.ts";
import type { KeptAnswer } from "../../src/model/answer-cache.ts";
import type { Request } from "../../src/model/request.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-cache-"));
  folders.push(folder);
  return folder;
}

function asking(text: string, path = "/chat/completions"): Request {
  return { path, model: "m", body: new TextEncoder().encode(text), maxTokens: null, samples: 1 };
}

function kept(text: string, over: Partial<KeptAnswer> = {}): KeptAnswer {
  return {
    httpStatus: 200,
    requestId: "r1",
    body: new TextEncoder().encode(text),
    finishReason: "stop",
    model: "m",
    cost: 12,
    wallTime: 1_764_000_000_000,
    ...over,
  };
}

function open(folder: string, origin = "xai https://api.x.ai/v1") {
  const notes: string[] = [];
  return { cache: openAnswerCache({ folder, origin, onNote: (note) => notes.push(note) }), notes };
}

async function keep(folder: string, text: string, answer: KeptAnswer, origin?: string): Promise<void> {
  const { cache } = open(folder, origin);
  cache.keep(asking(text), answer);
  await cache.close();
}

describe("a cache of answers", () => {
  it("gives an answer again, as it was kept, to whoever opens it next", async () => {
    const folder = freshFolder();
    await keep(folder, "q", kept("a"));
    const { cache, notes } = open(folder);
    expect(await cache.look([asking("other"), asking("q")])).toEqual([null, kept("a")]);
    await cache.close();
    expect(notes).toEqual([]);
  });

  it("tells origins, paths and bodies apart", async () => {
    const folder = freshFolder();
    await keep(folder, "q", kept("a"));
    const same = open(folder);
    expect(await same.cache.look([asking("q", "/responses"), asking("Q")])).toEqual([null, null]);
    await same.cache.close();
    const other = open(folder, "openai https://api.openai.com/v1");
    expect(await other.cache.look([asking("q")])).toEqual([null]);
    await other.cache.close();
  });

  it("keeps the newest of two answers, and what nobody knows of one", async () => {
    const folder = freshFolder();
    await keep(folder, "q", kept("old"));
    const unknown = { requestId: null, finishReason: null, model: null, cost: null };
    await keep(folder, "q", kept("new", unknown));
    const { cache } = open(folder);
    expect(await cache.look([asking("q")])).toEqual([kept("new", unknown)]);
    await cache.close();
  });

  it("is shared by those who have it open at the same time", async () => {
    const folder = freshFolder();
    const [one, two] = [open(folder), open(folder)];
    for (let i = 0; i < 50; i += 1) {
      one.cache.keep(asking(`one ${i}`), kept("1"));
      two.cache.keep(asking(`two ${i}`), kept("2"));
    }
    await Promise.all([one.cache.close(), two.cache.close()]);
    const { cache } = open(folder);
    const found = await cache.look(
      Array.from({ length: 50 }, (_, i) => [asking(`one ${i}`), asking(`two ${i}`)]).flat(),
    );
    expect(found.filter((answer) => answer === null)).toEqual([]);
    await cache.close();
    expect([...one.notes, ...two.notes]).toEqual([]);
  });

  it("is put aside when it is damaged, and begun anew", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "answers.sqlite"), "no database at all ".repeat(100));
    const { cache, notes } = open(folder);
    cache.keep(asking("q"), kept("a"));
    await cache.close();
    expect(notes).toEqual([
      expect.stringMatching(/is damaged; it is kept as .*damaged-.*, and a new one is begun/),
    ]);
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toHaveLength(1);
    const again = open(folder);
    expect(await again.cache.look([asking("q")])).toEqual([kept("a")]);
    await again.cache.close();
  });

  it("is put aside as well when the damage shows later", async () => {
    const folder = freshFolder();
    for (let i = 0; i < 50; i += 1) await keep(folder, `q ${i}`, kept("a".repeat(4000)));
    const path = join(folder, "answers.sqlite");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(255, 4096, bytes.length - 4096));
    const { cache, notes } = open(folder);
    const asked = Array.from({ length: 50 }, (_, i) => asking(`q ${i}`));
    expect((await cache.look(asked)).filter((answer) => answer !== null)).toEqual([]);
    cache.keep(asking("q"), kept("a"));
    await cache.close();
    expect(notes).toEqual([expect.stringMatching(/is damaged; it is kept as/)]);
  });

  it("is left alone when it is a file of another program", async () => {
    const folder = freshFolder();
    const foreign = new DatabaseSync(join(folder, "answers.sqlite"));
    foreign.exec("CREATE TABLE theirs(x)");
    foreign.close();
    const { cache, notes } = open(folder);
    expect(await cache.look([asking("q")])).toEqual([null]);
    await cache.close();
    expect(notes).toEqual([
      expect.stringContaining("is a file of another program); the run goes on without it"),
    ]);
  });

  it("costs the run nothing but a note where it cannot be written", async () => {
    const file = join(freshFolder(), "in the way");
    writeFileSync(file, "");
    chmodSync(file, 0o400);
    const { cache, notes } = open(file);
    cache.keep(asking("q"), kept("a"));
    expect(await cache.look([asking("q")])).toEqual([null]);
    await cache.close();
    expect(notes).toEqual([
      expect.stringMatching(/The cache in .* cannot be used \(.*\); the run goes on without it/),
    ]);
  });
});
