import { hash } from "node:crypto";

/** Keys and hashes of the plan are this long: the first half of a SHA-256. */
export const HASH_BYTES = 16;

/** Up to this size path and body are joined for one-shot hashing, which is twice as fast as a hash object. */
const SCRATCH_BYTES = 64 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

export function hash16(data: Uint8Array | string): Uint8Array {
  const digest = hash("sha256", data, "binary");
  const short = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) short[i] = digest.charCodeAt(i);
  return short;
}

/** The hash of a whole request: where it goes and every byte that is sent. A leading `/v1` does not count. */
export function requestHash(path: string, body: Uint8Array): Uint8Array {
  const head = `${path.startsWith("/v1/") ? path.slice(3) : path}\n`;
  const headBytes = Buffer.byteLength(head);
  const length = headBytes + body.length;
  const joined = length <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(length);
  joined.write(head, 0, "utf8");
  joined.set(body, headBytes);
  return hash16(joined.subarray(0, length));
}
