import { describe, expect, test } from "vitest";
import { joinChunks } from "../../src/transport/response-body.ts";

describe("the body of a response", () => {
  test("is the chunk itself where that is most of what its buffer holds", () => {
    const read = Buffer.allocUnsafeSlow(1290);
    const chunk = read.subarray(90);
    expect(joinChunks([chunk], chunk.length)).toBe(chunk);
  });

  test("is a copy where it would keep others' bytes in memory", () => {
    const shared = Buffer.alloc(64 * 1024, "x");
    const body = joinChunks([shared.subarray(100, 1300)], 1200);
    expect(Buffer.from(body).toString()).toBe("x".repeat(1200));
    expect(body.buffer.byteLength).toBe(1200);
  });

  test("is one array of all chunks in the order in which they came", () => {
    const body = joinChunks([Buffer.from("one "), Buffer.from("two "), Buffer.from("three")], 13);
    expect(Buffer.from(body).toString()).toBe("one two three");
    expect(body.buffer.byteLength).toBe(13);
  });

  test("is empty where no chunk came", () => {
    expect(joinChunks([], 0)).toHaveLength(0);
  });
});
