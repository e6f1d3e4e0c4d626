import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import type { Source, SourceLine } from "../../src/model/source.ts";
import { openFileSource } from "../../src/source/index.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "source-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
async function linesOf(source: Source): Promise<SourceLine[]> {
  const all: SourceLine[] = [];
  for await (const lines of source.lines()) all.push(...lines);
  return all;
}
const texts = (lines: readonly { bytes: Uint8Array }[]) =>
  lines.map(({ bytes }) => Buffer.from(bytes).toString());

async function refusal(path: string): Promise<string> {
  const error: unknown = await openFileSource(path).then(
    (source) => source.close().then(() => null),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  const message = error instanceof Error ? error.message : "";
  expect(message).toContain(path);
  expect(message).not.toContain("\n");
  return message;
}

describe("opening INPUT", () => {
  it("takes a .txt file for text and everything else for JSONL", async () => {
    for (const [name, kind] of [
      ["a.txt", "text"],
      ["A.TXT", "text"],
      ["a.jsonl", "jsonl"],
      ["a.ndjson", "jsonl"],
      ["a.json", "jsonl"],
      ["rows", "jsonl"],
    ] as const) {
      await using source = asDisposable(await openFileSource(await file(name, "1\n")));
      expect([name, source.kind]).toEqual([name, kind]);
    }
  });

  it("skips a byte order mark and cuts CRLF, and finds the same bytes again by place", async () => {
    const path = await file("bom.jsonl", '\ufeff{"a":1}\r\n\r\n"ü"\r\nlast');
    await using source = asDisposable(await openFileSource(path));
    const lines = await linesOf(source);
    expect(texts(lines)).toEqual(['{"a":1}', "", '"ü"', "last"]);
    expect(lines[0]?.offset).toBe(3);
    const places = lines.map(({ offset, bytes }) => ({ offset, length: bytes.length }));
    expect((await source.read(places)).map((bytes) => Buffer.from(bytes).toString())).toEqual(texts(lines));
    const backwards = await source.read(places.toReversed());
    expect(backwards.map((bytes) => Buffer.from(bytes).toString())).toEqual(texts(lines).toReversed());
  });

  it("reads a 20 MB line between small ones", async () => {
    const long = "x".repeat(20 * 1024 * 1024);
    await using source = asDisposable(
      await openFileSource(await file("long.jsonl", `"a"\n"${long}"\n"b"\n`)),
    );
    const lines = await linesOf(source);
    expect(lines.map(({ bytes }) => bytes.length)).toEqual([3, long.length + 2, 3]);
    const read = await source.read(lines.map(({ offset, bytes }) => ({ offset, length: bytes.length })));
    expect(read.map((bytes) => bytes.length)).toEqual([3, long.length + 2, 3]);
    expect(Buffer.from(read[2] ?? []).toString()).toBe('"b"');
  });

  it("tells the content's size and SHA-256 as its fingerprint", async () => {
    const path = await file("print.jsonl", "abc\n");
    await using source = asDisposable(await openFileSource(path));
    expect(await source.fingerprint()).toBe(`4-${createHash("sha256").update("abc\n").digest("hex")}`);
    expect(source.bytes).toBe(4);
  });

  it("gives fewer bytes where the file was cut after it was read", async () => {
    const path = await file("cut.jsonl", "abcdef\n");
    await using source = asDisposable(await openFileSource(path));
    await writeFile(path, "ab");
    expect((await source.read([{ offset: 0, length: 6 }])).map((bytes) => bytes.length)).toEqual([2]);
  });

  it.skipIf(process.platform === "win32")("reads a named pipe once and keeps it", async () => {
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const [source] = await Promise.all([openFileSource(path), writeFile(path, '"a"\n"b"\n')]);
    await using pipe = asDisposable(source);
    expect(texts(await linesOf(pipe))).toEqual(['"a"', '"b"']);
    expect(texts(await linesOf(pipe))).toEqual(['"a"', '"b"']);
  });

  it("refuses, in one sentence, what it cannot read", async () => {
    await mkdir(join(folder, "directory"));
    expect(await refusal(join(folder, "missing.jsonl"))).toContain("does not exist; check the path");
    expect(await refusal(join(folder, "directory"))).toContain("is a directory; name one file in it");
    expect(await refusal(await file("empty.jsonl", ""))).toContain("is empty");
    expect(await refusal(await file("blank.jsonl", "\ufeff\n \r\n\t\n"))).toContain("is empty");
    expect(await refusal(await file("nul.jsonl", "a\0b"))).toContain("binary file");
    expect(await refusal(await file("utf16.txt", Buffer.from("\ufeffhi", "utf16le")))).toContain(
      "iconv -f UTF-16",
    );
    expect(await refusal(await file("array.json", '\n [{"a":1}]'))).toContain("jq -c '.[]'");
    expect(await refusal(await file("pretty.json", '{\n "a": 1\n}'))).toContain("jq -c .");
    const spread = await refusal(await file("spread.jsonl", '[\n {"a":1},\n {"a":2}\n]'));
    expect(spread).toMatch(/jq -c '\.\[\]' \S+spread\.jsonl > \S+spread\.rows\.jsonl$/);
  });

  it("leaves a line that is no UTF-8 to whoever reads the rows", async () => {
    const path = await file("latin1.jsonl", Buffer.from('"caf\xe9"\n"b"\n', "latin1"));
    await using source = asDisposable(await openFileSource(path));
    expect(texts(await linesOf(source))[1]).toBe('"b"');
  });

  it("refuses tables and compressed files by their ending, with what to do", async () => {
    for (const name of ["x.csv", "x.TSV", "x.parquet", "x.csv.gz"]) {
      expect(await refusal(join(folder, name))).toContain("this version reads JSONL and text");
    }
    expect(await refusal(join(folder, "x.csv"))).toContain('csv.DictReader(open("x.csv", ');
    expect(await refusal(join(folder, "x.jsonl.gz"))).toContain("gzip -dc");
    expect(await refusal(join(folder, "x.jsonl.zst"))).toContain("zstd -dc");
  });
});

function asDisposable(source: Source): Source & AsyncDisposable {
  return Object.assign(source, { [Symbol.asyncDispose]: () => source.close() });
}
