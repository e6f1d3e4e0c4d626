import { isUtf8 } from "node:buffer";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const JSON_WHITESPACE: ReadonlySet<number> = new Set([0x09, LINE_FEED, CARRIAGE_RETURN, SPACE]);
/** So much of a body that is not JSON is kept in OUTPUT; the ledger has all of it. */
const FOREIGN_BODY_BYTES = 4096;

/** The same memory, with Buffer's search methods. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-8 without a byte order mark; bytes that are no UTF-8 become U+FFFD, so that a line stays readable. */
export function cleanUtf8(bytes: Uint8Array): Buffer {
  const buffer = asBuffer(bytes);
  const start = buffer.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const body = buffer.subarray(start);
  return isUtf8(body) ? body : Buffer.from(body.toString("utf8"));
}

/** Raw CR and LF become spaces: inside JSON they can only stand between tokens. */
export function onOneLine(json: Buffer): Buffer {
  if (!json.includes(LINE_FEED) && !json.includes(CARRIAGE_RETURN)) return json;
  return Buffer.from(json.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte)));
}

/** Where the JSON value lies between its surrounding whitespace. */
export function trimmed(json: Buffer): Buffer {
  let start = 0;
  let end = json.length;
  while (start < end && JSON_WHITESPACE.has(json[start] ?? 0)) start += 1;
  while (end > start && JSON_WHITESPACE.has(json[end - 1] ?? 0)) end -= 1;
  return json.subarray(start, end);
}

export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

/** A provider's body as one JSON value on one line: its own bytes when it is JSON, else a JSON string of its beginning. */
export function bodyAsJson(body: Uint8Array, provenJson: boolean): Buffer | string {
  const text = cleanUtf8(body);
  const value = trimmed(text);
  if (value.length === 0) return "null";
  if ((provenJson && isBracketed(value)) || isJson(value)) return onOneLine(text);
  return JSON.stringify(beginning(value));
}

function isBracketed(value: Buffer): boolean {
  const first = value[0];
  const last = value[value.length - 1];
  return (first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d);
}

function beginning(text: Buffer): string {
  if (text.length <= FOREIGN_BODY_BYTES) return text.toString("utf8");
  const whole = new TextDecoder().decode(text.subarray(0, FOREIGN_BODY_BYTES), { stream: true });
  return `${whole}…`;
}
