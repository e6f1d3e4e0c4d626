/** What is left of parts once so many of their bytes are written. */
export function restOf(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  for (const [place, part] of parts.entries()) {
    if (left < part.length) return [part.subarray(left), ...parts.slice(place + 1)];
    left -= part.length;
  }
  return [];
}
