import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BYTES_PER_TOKEN, estimateTokens, hash16, requestHash } from "../../src/plan/index.ts";

describe("hashes of the plan", () => {
  it("are the first half of a SHA-256, each in a buffer of its own", () => {
    const expected = createHash("sha256").update("abc").digest().subarray(0, 16);
    expect(Buffer.from(hash16("abc"))).toEqual(Buffer.from(expected));
    expect(hash16("abc").buffer.byteLength).toBe(16);
  });

  it("cover path and body, and not the version in the path", () => {
    const small = hash16("{}");
    expect(requestHash("/v1/a", small)).toEqual(requestHash("/a", small));
    expect(requestHash("/a", small)).not.toEqual(requestHash("/b", small));
    expect(requestHash("/a", small)).not.toEqual(requestHash("/a", hash16("{ }")));
    expect(requestHash("/a", small)).not.toEqual(small);
  });
});

describe("the first estimate of tokens", () => {
  it("is bytes by a ratio, rounded up", () => {
    expect(estimateTokens(4000)).toBe(4000 / BYTES_PER_TOKEN);
    expect(estimateTokens(1)).toBe(1);
    expect(estimateTokens(10, 5)).toBe(2);
    expect(estimateTokens(0)).toBe(0);
  });
});
