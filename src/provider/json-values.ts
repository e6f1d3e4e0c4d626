const BYTE_ORDER_MARK = 0xfeff;

/** Parses JSON, also behind a byte order mark; throws what `JSON.parse` throws. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

/** The text, or null for an empty one and for everything that is no text. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
