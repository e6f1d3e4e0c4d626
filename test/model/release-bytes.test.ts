import { expect, test } from "vitest";
import { releaseBytes } from "../../src/model/release-bytes.ts";

test("bytes that are all of their buffer are given back at once", () => {
  const bytes = Buffer.allocUnsafeSlow(1000);
  releaseBytes(bytes);
  expect(bytes).toHaveLength(0);
});

test("bytes that share their buffer stay, and so do the others", () => {
  const shared = Buffer.from("two answers");
  const [first, second] = [shared.subarray(0, 3), shared.subarray(4)];
  releaseBytes(first);
  expect(`${first} ${second}`).toBe("two answers");
});
