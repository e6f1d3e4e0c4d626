import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { lineFormat } from "../../src/sink/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { continuationOf, linesOf, outputFolder } from "./output-folder.ts";
import { bytes, settledRow, settledRows } from "./rows.ts";

const folder = outputFolder();
const ROWS = settledRows(5);
const WHOLE = linesOf(ROWS);

async function writeWhole() {
  const sink = await folder.open();
  await sink.write(ROWS.slice(0, 2));
  await sink.write(ROWS.slice(2));
  await sink.end(true);
  return sink;
}

/** The ledger forgets every position but the first ones: what a kill leaves. */
const rememberOnly = (count: number) => folder.positions.splice(count);

test("lines grow batch by batch, and each position tells bytes, rows and checksum of what is there", async () => {
  const sink = await folder.open();
  expect(sink).toMatchObject({ resumeFrom: 0, newGeneration: false, keptAs: null });
  await sink.write(ROWS.slice(0, 2));
  const firstLines = linesOf(ROWS.slice(0, 2));
  expect(folder.content()).toBe(firstLines);
  expect(sink.position()).toEqual({
    generation: 1,
    nextIndex: 2,
    bytes: firstLines.length,
    crc: crc32(firstLines),
    format: "openai",
    order: "input",
  });
  await sink.write(ROWS.slice(2));
  await sink.end(true);
  expect(folder.content()).toBe(WHOLE);
  expect(folder.positions.map((position) => position.nextIndex)).toEqual([0, 2, 5]);
});

test("a finished OUTPUT is left as it is by a run with nothing to do", async () => {
  await writeWhole();
  const sink = await folder.open({ continuation: continuationOf(ROWS) });
  expect(sink.resumeFrom).toBe(5);
  await sink.end(true);
  expect(folder.content()).toBe(WHOLE);
  expect(folder.names()).toEqual(["out.jsonl"]);
});

test("blank lines of INPUT move the position on without a byte", async () => {
  const sink = await folder.open();
  await sink.write([settledRow(0, { status: "blank" }), settledRow(1)]);
  expect(sink.position()).toMatchObject({ nextIndex: 2, bytes: linesOf([settledRow(1)]).length });
  await sink.end(true);
});

test.each<[string, () => void]>([
  ["removed", () => rmSync(folder.path("out.jsonl"))],
  ["replaced", () => renameSync(folder.path("other"), folder.path("out.jsonl"))],
])(
  "an OUTPUT that is %s while it is written ends the run instead of losing its lines",
  async (_, happens) => {
    const clock = virtualClock();
    writeFileSync(folder.path("other"), "");
    const sink = await folder.open({ clock });
    await sink.write(ROWS.slice(0, 2));
    happens();
    clock.advance(1000);
    await expect(sink.write(ROWS.slice(2))).rejects.toThrow(/moved or removed while it was being written/);
    await expect(sink.end(false)).rejects.toThrow(/moved or removed/);
  },
);

test("an OUTPUT that is shortened while it is written ends the run instead of getting a hole", async () => {
  const sink = await folder.open();
  await sink.write(ROWS.slice(0, 2));
  truncateSync(folder.path("out.jsonl"), 7);
  await expect(sink.write(ROWS.slice(2))).rejects.toThrow(
    /out\.jsonl was shortened while it was being written/,
  );
  expect(folder.content()).toBe(WHOLE.slice(0, 7));
  await expect(sink.end(false)).rejects.toThrow(/shortened/);
});

test("a row out of turn is refused and nothing of its batch is written", async () => {
  const sink = await folder.open();
  await expect(sink.write([settledRow(0), settledRow(2)])).rejects.toThrow("row 2 where row 1 was due");
  expect(folder.content()).toBe("");
  await sink.end(false);
});

test("completion order takes rows as they come and counts them", async () => {
  const sink = await folder.open({ order: "completion" });
  await sink.write([settledRow(3), settledRow(0)]);
  expect(sink.position()).toMatchObject({ nextIndex: 2, order: "completion" });
  await sink.end(false);
});

test("the rows format reads the input lines of its batch by their places", async () => {
  const asked: unknown[] = [];
  const sink = await folder.open({
    format: lineFormat("rows"),
    readInput: async (places) => {
      asked.push(...places.map(({ offset }) => offset));
      return places.map(({ offset }) => bytes(`{"at":${offset}}`));
    },
  });
  await sink.write([settledRow(0, { offset: 0 }), settledRow(1, { offset: 9 })]);
  await sink.end(true);
  expect(asked).toEqual([0, 9]);
  expect(
    folder
      .content()
      .split("\n")
      .slice(0, 2)
      .map((line) => JSON.parse(line).at),
  ).toEqual([0, 9]);
  await expect(folder.open({ format: lineFormat("rows") })).rejects.toThrow("no way to read INPUT");
});

describe("after a kill", () => {
  test("at whatever byte the file ends, it is cut to whole lines and the rest is written equal", async () => {
    await writeWhole();
    rememberOnly(2);
    const recorded = folder.positions.at(-1)?.bytes ?? 0;
    for (let size = recorded; size <= WHOLE.length; size += 1) {
      rememberOnly(2);
      writeFileSync(folder.path(), WHOLE.slice(0, size));
      const sink = await folder.open({ continuation: continuationOf(ROWS) });
      expect(sink).toMatchObject({ resumeFrom: 2, newGeneration: false, keptAs: null });
      expect(folder.content()).toBe(WHOLE.slice(0, recorded));
      await sink.write(ROWS.slice(2));
      await sink.end(true);
      expect(folder.content()).toBe(WHOLE);
    }
  });

  test("before anything was recorded, the first lines are known as ours all the same", async () => {
    await writeWhole();
    rememberOnly(1);
    const sink = await folder.open({ continuation: continuationOf(ROWS) });
    expect(sink).toMatchObject({ resumeFrom: 0, keptAs: null });
    expect(folder.content()).toBe("");
    await sink.end(false);
  });

  test("a missing OUTPUT is rebuilt from the first row", async () => {
    await writeWhole();
    rmSync(folder.path());
    const sink = await folder.open({ continuation: continuationOf(ROWS) });
    expect(sink).toMatchObject({ resumeFrom: 0, newGeneration: false, keptAs: null });
    expect(sink.position()).toMatchObject({ generation: 2, nextIndex: 0 });
    await sink.end(false);
  });
});

describe("an edited OUTPUT", () => {
  const rebuilt = async () => {
    const sink = await folder.open({ continuation: continuationOf(ROWS) });
    await sink.write(ROWS);
    await sink.end(true);
    return sink;
  };

  test("shortened at whatever byte, is kept as .bak and rebuilt", async () => {
    const recorded = (await writeWhole()).position();
    for (const size of [0, 1, 100, WHOLE.length - 1]) {
      const name = `cut-${size}.jsonl`;
      writeFileSync(folder.path(name), WHOLE.slice(0, size));
      const sink = await folder.open({ path: folder.path(name), position: recorded });
      expect(sink).toMatchObject({ resumeFrom: 0, keptAs: folder.path(`${name}.bak`) });
      await sink.write(ROWS);
      await sink.end(true);
      expect(folder.content(name)).toBe(WHOLE);
      expect(folder.content(`${name}.bak`)).toBe(WHOLE.slice(0, size));
    }
  });

  test("with one letter changed, is kept as .bak, and an older .bak is never overwritten", async () => {
    await writeWhole();
    for (const [edit, name] of [
      ["one", "out.jsonl.bak"],
      ["two", "out.jsonl.bak.1"],
      ["six", "out.jsonl.bak.2"],
    ] as const) {
      writeFileSync(folder.path(), edit + WHOLE.slice(3));
      expect((await rebuilt()).keptAs).toBe(folder.path(name));
      expect(folder.content(name)).toBe(edit + WHOLE.slice(3));
      expect(folder.content()).toBe(WHOLE);
    }
  });

  test("with a line added at its end, is kept as .bak", async () => {
    await writeWhole();
    writeFileSync(folder.path(), "my note\n", { flag: "a" });
    expect((await rebuilt()).keptAs).toBe(folder.path("out.jsonl.bak"));
    expect(folder.content("out.jsonl.bak")).toBe(`${WHOLE}my note\n`);
    expect(folder.content()).toBe(WHOLE);
  });

  test("killed while it was rebuilt, is not taken for edited again", async () => {
    await writeWhole();
    truncateSync(folder.path(), 10);
    const killed = await folder.open({ continuation: continuationOf(ROWS) });
    await killed.write(ROWS.slice(0, 3));
    const sink = await folder.open({ continuation: continuationOf(ROWS) });
    expect(sink).toMatchObject({ resumeFrom: 3, keptAs: null });
    await sink.write(ROWS.slice(3));
    await sink.end(true);
    expect(folder.content()).toBe(WHOLE);
    expect(folder.names()).toEqual(["out.jsonl", "out.jsonl.bak"]);
    await killed.end(false);
  });

  test("of which nothing is recorded, is written anew, and kept as .bak only where it says something else", async () => {
    const lines = WHOLE.slice(0, WHOLE.indexOf("\n") + 20);
    for (const [content, keptAs] of [
      [WHOLE, null],
      [lines, null],
      [`${lines}x`, folder.path("out.jsonl.bak")],
    ] as const) {
      writeFileSync(folder.path(), content);
      const sink = await folder.open({ position: null, continuation: continuationOf(ROWS) });
      expect(sink).toMatchObject({ resumeFrom: 0, keptAs });
      await sink.write(ROWS);
      await sink.end(true);
      expect(folder.content()).toBe(WHOLE);
    }
    expect(folder.names()).toEqual(["out.jsonl", "out.jsonl.bak"]);
  });

  test("that no ledger ever knew is kept too, unless it may be overwritten", async () => {
    writeFileSync(folder.path(), "mine\n");
    const overwriting = await folder.open({ position: null, overwrite: true });
    expect([overwriting.keptAs, folder.content()]).toEqual([null, ""]);
    await overwriting.end(false);
    writeFileSync(folder.path(), "mine\n");
    const keeping = await folder.open({ position: null });
    expect([keeping.keptAs, folder.content("out.jsonl.bak")]).toEqual([
      folder.path("out.jsonl.bak"),
      "mine\n",
    ]);
    await keeping.end(false);
  });
});
