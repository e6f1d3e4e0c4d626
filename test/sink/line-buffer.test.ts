import { expect, test } from "vitest";
import { LineBuffer } from "../../src/sink/line-buffer.ts";

const BLOCK = 256 * 1024;
const written = (buffer: LineBuffer) => Buffer.concat(buffer.take()).toString();

test("texts and bytes come out end to end, in the order in which they were added", () => {
  const buffer = new LineBuffer();
  buffer.add(["one ", Buffer.from("two "), "thr€€"]);
  buffer.add(["\n"]);
  expect(written(buffer)).toBe("one two thr€€\n");
});

test("nothing is left behind for the next batch", () => {
  const buffer = new LineBuffer();
  buffer.add(["first\n"]);
  expect(written(buffer)).toBe("first\n");
  buffer.add(["second\n"]);
  expect(written(buffer)).toBe("second\n");
  expect(buffer.take()).toEqual([]);
});

test("short lines make one part, in memory that the next batch uses again", () => {
  const buffer = new LineBuffer();
  for (let line = 0; line < 100; line += 1) buffer.add([`line ${line}\n`]);
  const [first, ...others] = buffer.take();
  buffer.add(["again\n"]);
  expect(others).toEqual([]);
  expect(buffer.take()[0]?.buffer).toBe(first?.buffer);
});

test("a long body is written from where it lies, between what stands before and behind it", () => {
  const buffer = new LineBuffer();
  const body = Buffer.alloc(64 * 1024, "x");
  buffer.add(["head ", body, " tail\n"]);
  const parts = buffer.take();
  expect(parts[1]).toBe(body);
  expect(Buffer.concat(parts).toString()).toBe(`head ${body} tail\n`);
});

test("a long text is written whole, whatever characters it is made of", () => {
  const buffer = new LineBuffer();
  const text = "€".repeat(100_000);
  buffer.add(["a", text, "b"]);
  expect(written(buffer)).toBe(`a${text}b`);
});

test("lines that fill many blocks are all there", () => {
  const buffer = new LineBuffer();
  const line = `${"é".repeat(5_000)}\n`;
  const lines = Math.ceil((12 * BLOCK) / Buffer.byteLength(line));
  for (let batch = 0; batch < 2; batch += 1) {
    for (let count = 0; count < lines; count += 1) buffer.add([line]);
    expect(written(buffer)).toBe(line.repeat(lines));
  }
});
