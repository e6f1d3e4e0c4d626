import { expect, test } from "vitest";
import { GatheredBody } from "../../src/transport/gathered-body.ts";

const CHUNKS = ["one ", "two ", "three"].map((text) => Buffer.from(text));
const TOTAL = 13;

function gathered(chunks: readonly Buffer[], body = new GatheredBody()): GatheredBody {
  for (const chunk of chunks) body.add(chunk);
  return body;
}

test("chunks come out as one array that holds nothing else", () => {
  const body = gathered(CHUNKS);
  const whole = body.take();
  expect(Buffer.from(whole).toString()).toBe("one two three");
  expect(whole.buffer.byteLength).toBe(TOTAL);
  expect(body.take()).toHaveLength(0);
});

test.each([0, 1, 3])("with room made after %i chunks, all of them are in their place", (before) => {
  const body = gathered(CHUNKS.slice(0, before));
  body.makeRoom(TOTAL);
  const whole = gathered(CHUNKS.slice(before), body).take();
  expect(Buffer.from(whole).toString()).toBe("one two three");
  expect(whole.buffer.byteLength).toBe(TOTAL);
});

test("a body that broke off is as long as what came of it, and holds no more", () => {
  const body = new GatheredBody();
  body.makeRoom(1_000_000);
  const part = gathered(CHUNKS.slice(0, 1), body).take();
  expect(Buffer.from(part).toString()).toBe("one ");
  expect(part.buffer.byteLength).toBe(4);
});

test("room smaller than what is there already is not made", () => {
  const body = gathered(CHUNKS);
  body.makeRoom(3);
  expect(body.take()).toHaveLength(TOTAL);
});
