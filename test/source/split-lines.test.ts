import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceLine } from "../../src/model/source.ts";
import { LineSplitter } from "../../src/source/split-lines.ts";

function split(text: string | Uint8Array, cuts: readonly number[]): SourceLine[] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter({ name: "x.jsonl", offset: 0 });
  const lines: SourceLine[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    lines.push(...splitter.push(bytes.subarray(from, cut)));
    from = cut;
  }
  lines.push(...splitter.push(bytes.subarray(from)), ...splitter.finish());
  return lines;
}

const texts = (lines: readonly SourceLine[]) => lines.map(({ bytes }) => Buffer.from(bytes).toString());

describe("the line splitter", () => {
  it("ends a line at a line feed only and cuts one carriage return before it", () => {
    expect(texts(split("a\r\nb\rc\n\u2028d\r\r\n", []))).toEqual(["a", "b\rc", "\u2028d\r"]);
  });

  it("yields blank lines, and the last line without a terminator", () => {
    expect(texts(split("\n\na", []))).toEqual(["", "", "a"]);
    expect(texts(split("a\n", []))).toEqual(["a"]);
    expect(split("", [])).toEqual([]);
  });

  it("finds the same lines and places however the bytes are cut", () => {
    const alphabet = fc.constantFrom(0x61, 0x0a, 0x0d, 0xc3, 0xa4, 0x00);
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 8 }),
        (raw, cuts) => {
          const bytes = Buffer.from(raw);
          const places = cuts.map((cut) => Math.min(cut, bytes.length));
          const lines = split(bytes, places);
          expect(lines).toEqual(split(bytes, []));
          const expected = bytes.toString("latin1").split("\n");
          if (expected.at(-1) === "") expected.pop();
          expect(lines.map((line) => Buffer.from(line.bytes).toString("latin1"))).toEqual(
            expected.map((line) => line.replace(/\r$/, "")),
          );
          for (const { offset, bytes: found } of lines) {
            expect(bytes.subarray(offset, offset + found.length)).toEqual(Buffer.from(found));
          }
          expect(lines.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
        },
      ),
    );
  });

  it("refuses a line that never ends, naming the line", () => {
    const splitter = new LineSplitter({ name: "x.jsonl", offset: 0, longestLineBytes: 10 });
    splitter.push(Buffer.from("short\n"));
    expect(() => splitter.push(Buffer.alloc(11, "a"))).toThrow("x.jsonl: line 2 is longer than 10 bytes");
  });
});
