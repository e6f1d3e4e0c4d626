import { chmodSync, existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lineFormat } from "../../src/sink/index.ts";
import { continuationOf, linesOf, outputFolder } from "./output-folder.ts";
import { settledRow, settledRows } from "./rows.ts";

const folder = outputFolder();
const ROWS = settledRows(5);
const WHOLE = linesOf(ROWS);

async function writeWhole() {
  const sink = await folder.open();
  await sink.write(ROWS);
  await sink.end(true);
}

describe("a new generation", () => {
  const CHANGED = ROWS.map((row) => (row.index === 1 ? settledRow(1, { customId: "changed" }) : row));
  const beginAgain = () => folder.open({ firstChange: 1, continuation: continuationOf(CHANGED) });

  test("is written beside OUTPUT, which stays whole until the end, and then takes its place with its rights", async () => {
    await writeWhole();
    chmodSync(folder.path(), 0o640);
    const sink = await beginAgain();
    expect(sink).toMatchObject({ resumeFrom: 0, newGeneration: true });
    await sink.write(CHANGED);
    expect(folder.content()).toBe(WHOLE);
    expect(folder.names()).toEqual([".out.jsonl.next", "out.jsonl"]);
    await sink.end(true);
    expect(folder.content()).toBe(linesOf(CHANGED));
    expect(folder.names()).toEqual(["out.jsonl"]);
    expect(statSync(folder.path()).mode & 0o777).toBe(0o640);
    expect(folder.positions.at(-1)).toMatchObject({ generation: 2, nextIndex: 5 });
  });

  test("keeps the old one under another name when asked; there is none where lines are only added", async () => {
    await writeWhole();
    const sink = await beginAgain();
    await sink.write(CHANGED);
    expect(await sink.keepReplaced()).toBe(folder.path("out.jsonl.bak"));
    await sink.end(true);
    expect(folder.content("out.jsonl.bak")).toBe(WHOLE);
    expect(folder.content()).toBe(linesOf(CHANGED));

    const next = await folder.open({ firstChange: 5, continuation: continuationOf(CHANGED) });
    expect(await next.keepReplaced()).toBeNull();
    await next.end(true);
    expect(folder.names()).toEqual(["out.jsonl", "out.jsonl.bak"]);
  });

  test("is not needed where only later lines change", async () => {
    await writeWhole();
    const sink = await folder.open({ firstChange: 5 });
    expect(sink).toMatchObject({ resumeFrom: 5, newGeneration: false });
    await sink.end(true);
  });

  test("killed half-way, is begun again by the next run even when nothing is left to send", async () => {
    await writeWhole();
    const killed = await beginAgain();
    await killed.write(CHANGED.slice(0, 3));
    const sink = await folder.open({ continuation: continuationOf(CHANGED) });
    expect(sink).toMatchObject({ resumeFrom: 0, newGeneration: true, keptAs: null });
    expect(folder.content()).toBe(WHOLE);
    await sink.write(CHANGED);
    await sink.end(true);
    expect(folder.content()).toBe(linesOf(CHANGED));
    await killed.end(false);
  });

  test("interrupted when shorter, leaves the old one whole, and the next run writes it anew", async () => {
    await writeWhole();
    const interrupted = await beginAgain();
    await interrupted.write(CHANGED.slice(0, 2));
    await interrupted.end(false);
    expect(folder.content()).toBe(WHOLE);
    expect(folder.names()).toEqual(["out.jsonl"]);
    const next = await folder.open();
    expect(next).toMatchObject({ resumeFrom: 0, newGeneration: true });
    await next.end(false);
  });

  test("of fewer rows takes the place of a longer one when it is complete", async () => {
    await writeWhole();
    const sink = await folder.open({ firstChange: 0 });
    await sink.write(CHANGED.slice(0, 2));
    await sink.end(true);
    expect(folder.content()).toBe(linesOf(CHANGED.slice(0, 2)));
  });

  test("recorded but not yet renamed when the kill came, takes its place at the next start", async () => {
    await writeWhole();
    const sink = await beginAgain();
    await sink.write(CHANGED);
    folder.positions.push(sink.position() ?? expect.fail());
    const next = await folder.open({ continuation: continuationOf(CHANGED) });
    expect(next).toMatchObject({ resumeFrom: 5, newGeneration: false, keptAs: null });
    expect(folder.content()).toBe(linesOf(CHANGED));
    await next.end(true);
    await expect(sink.end(true)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("keeps an OUTPUT that was edited meanwhile", async () => {
    await writeWhole();
    const killed = await beginAgain();
    writeFileSync(folder.path(), "edited\n");
    const next = await folder.open();
    expect(next.keptAs).toBe(folder.path("out.jsonl.bak"));
    await next.end(false);
    await killed.end(false);
  });

  test("comes of another format or another order, too", async () => {
    await writeWhole();
    const other = await folder.open({ order: "completion" });
    expect(other).toMatchObject({ newGeneration: true });
    await other.end(false);
    const sink = await folder.open({ format: lineFormat("jsonl-text") });
    expect(sink).toMatchObject({ newGeneration: true, resumeFrom: 0 });
    await sink.write(ROWS);
    await sink.end(true);
    expect(folder.content()).toBe(linesOf(ROWS, lineFormat("jsonl-text")));
  });

  test("goes where a symbolic link points, and the link stays", async () => {
    writeFileSync(folder.path("real.jsonl"), "");
    symlinkSync("real.jsonl", folder.path());
    await writeWhole();
    const sink = await beginAgain();
    await sink.write(CHANGED);
    await sink.end(true);
    expect(folder.content("real.jsonl")).toBe(linesOf(CHANGED));
    expect(folder.names()).toEqual(["out.jsonl", "real.jsonl"]);
    expect(existsSync(folder.path("real.jsonl.bak"))).toBe(false);
  });
});
