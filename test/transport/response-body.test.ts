import { describe, expect, test } from "vitest";
import { joinChunks } from "../../src/transport/response-body.ts";

describe("the body of a response", () => {
  test("is the chunk itself where that is all of its buffer", () => {
    const chunk = Buffer.allocUnsafeSlow(1200);
    expect(joinChunks([chunk], chunk.length)).toBe(chunk);
  });

  test("is a copy where the buffer holds anything else, such as the head", () => {
    const read = Buffer.alloc(1290, "x");
    const body = joinChunks([read.subarray(90)], 1200);
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
