/**
 * Finds where members and elements lie in the bytes of valid JSON, so that a few can be changed while all
 * others stay as they were written. Nothing here recurses: depth costs no stack.
 */

/** One member of an object; all places are byte offsets, ends exclusive. */
export interface Member {
  name: string;
  nameStart: number;
  valueStart: number;
  valueEnd: number;
}

/** A stretch of bytes. */
export interface Span {
  start: number;
  end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** The members of the object whose brace stands at `start`, in the order written, repeated names included. */
export function membersOf(bytes: Uint8Array, start: number): Member[] {
  const members: Member[] = [];
  let at = skipBlank(bytes, start + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_BRACE) {
    const nameStart = at;
    const nameEnd = skipString(bytes, at);
    const valueStart = skipBlank(bytes, skipBlank(bytes, nameEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    members.push({ name: nameOf(bytes, nameStart, nameEnd), nameStart, valueStart, valueEnd });
    at = skipBlank(bytes, valueEnd);
    if (bytes[at] === COMMA) at = skipBlank(bytes, at + 1);
  }
  return members;
}

/** The first element of the array whose bracket stands at `start`; null when the array is empty. */
export function firstElementOf(bytes: Uint8Array, start: number): Span | null {
  const at = skipBlank(bytes, start + 1);
  if (bytes[at] === CLOSE_BRACKET) return null;
  return { start: at, end: skipValue(bytes, at) };
}

/** The first byte from `at` on that is not JSON's white space. */
export function skipBlank(bytes: Uint8Array, at: number): number {
  let next = at;
  while (isBlank(bytes[next])) next++;
  return next;
}

/** The bytes from the first to the last that is not white space. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && isBlank(bytes[end - 1])) end--;
  const start = skipBlank(bytes, 0);
  return start === 0 && end === bytes.length ? bytes : bytes.subarray(start, Math.max(start, end));
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  const quoted = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
  return quoted.includes("\\") ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}

/** From an opening quote to just behind the closing one. */
function skipString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipValue(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return skipString(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipContainer(bytes, start);
  let at = start;
  while (at < bytes.length && !endsScalar(bytes[at])) at++;
  return at;
}

function skipContainer(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = skipString(bytes, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    at++;
    if (depth === 0) return at;
  }
  return at;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}
