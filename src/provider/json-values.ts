const BYTE_ORDER_MARK = 0xfeff;

/** Parses JSON, also behind a byte order mark; throws what `JSON.parse` throws. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

/** A JSON object, whose fields may be anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text, or null for an empty one and for everything that is no text. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
