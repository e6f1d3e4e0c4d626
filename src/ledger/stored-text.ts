/**
 * SQLite's text is UTF-8, which has no lone surrogates; a JSON string may hold one. A given id that does is stored as
 * its UTF-16 bytes, so that it comes back as it was given.
 */
export function storedText(text: string | null): string | Uint8Array | null {
  return text === null || text.isWellFormed() ? text : Buffer.from(text, "utf16le");
}

export function textStored(value: unknown): string | null {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf16le");
  return typeof value === "string" ? value : null;
}
