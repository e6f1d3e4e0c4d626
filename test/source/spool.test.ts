import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceLine } from "../../src/model/source.ts";
import { spoolStandardInput, streamLines } from "../../src/source/index.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "spool-test-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function textsOf(lines: AsyncIterable<readonly SourceLine[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const batch of lines) all.push(...batch.map(({ bytes }) => Buffer.from(bytes).toString()));
  return all;
}

describe("standard input", () => {
  it("is kept, can be read twice, and leaves nothing behind", async () => {
    const input = Readable.from([Buffer.from('{"a":'), '1}\n"é', Buffer.from('"\n')]);
    const source = await spoolStandardInput(input, { kind: "jsonl", directory });
    expect(source.name).toBe("stdin");
    expect(await textsOf(source.lines())).toEqual(['{"a":1}', '"é"']);
    expect(await textsOf(source.lines())).toEqual(['{"a":1}', '"é"']);
    expect(source.bytes).toBe(13);
    await source.close();
    await source.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it("is refused when it is empty or binary, and leaves nothing behind", async () => {
    const spool = (text: string) => spoolStandardInput(Readable.from([text]), { kind: "text", directory });
    await expect(spool("\n \n")).rejects.toThrow("stdin is empty");
    await expect(spool("a\0")).rejects.toThrow("stdin is a binary file");
    expect(await readdir(directory)).toEqual([]);
  });

  it("passes on the failure of the stream itself", async () => {
    const broken = (async function* () {
      yield "a\n";
      throw new Error("the pipe broke");
    })();
    await expect(spoolStandardInput(broken, { kind: "text", directory })).rejects.toThrow("the pipe broke");
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("a stream's lines", () => {
  it("come as they arrive, without a byte order mark that arrives in pieces", async () => {
    const bytes = Buffer.from("\ufeffone\ntwo");
    const pieces = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
    expect(await textsOf(streamLines(pieces, "stdin"))).toEqual(["one", "two"]);
    expect(await textsOf(streamLines(Readable.from(["a"]), "stdin"))).toEqual(["a"]);
    expect(await textsOf(streamLines(Readable.from([]), "stdin"))).toEqual([]);
  });
});
