import { hash } from "node:crypto";

/** Keys and hashes of the plan are this long: the first half of a SHA-256. */
export const HASH_BYTES = 16;

export function hash16(data: Uint8Array | string): Uint8Array {
  const digest = hash("sha256", data, "binary");
  const short = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) short[i] = digest.charCodeAt(i);
  return short;
}

/** Hashes of paths: a run knows a handful. */
const pathHashes = new Map<string, Uint8Array>();

/**
 * The hash of a whole request: where it goes and every byte that is sent. A leading `/v1` does not count. Both
 * halves are hashes of their own, so that a body which is its line as it stands costs no second one.
 */
export function requestHash(path: string, bodyHash: Uint8Array): Uint8Array {
  const pathHash = hashOfPath(path);
  const whole = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) whole[i] = (pathHash[i] ?? 0) ^ (bodyHash[i] ?? 0);
  return whole;
}

/** True when `planned` is the hash of this body sent to this path; allocates nothing but the digest. */
export function isRequestHash(planned: Uint8Array, path: string, body: Uint8Array): boolean {
  const pathHash = hashOfPath(path);
  const digest = hash("sha256", body, "binary");
  for (let i = 0; i < HASH_BYTES; i++) {
    if (planned[i] !== ((pathHash[i] ?? 0) ^ digest.charCodeAt(i))) return false;
  }
  return true;
}

function hashOfPath(path: string): Uint8Array {
  const place = path.startsWith("/v1/") ? path.slice(3) : path;
  let pathHash = pathHashes.get(place);
  if (pathHash === undefined) {
    pathHash = hash16(`${place}\n`);
    pathHashes.set(place, pathHash);
  }
  return pathHash;
}
