/**
 * Where JSON breaks. V8's own messages quote the text around the mistake, and a row's content must not reach
 * a message or a log; so the place is found again here, on the way of failure only.
 */

type Expected = "value" | "value or ]" | "name or }" | "name" | ":" | ", or end";

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const FIRST_ALLOWED_IN_STRING = 0x20;
const WORDS = ["true", "false", "null"];
const BLANK = " \t\n\r";

/** One sentence part: "not valid JSON: Unexpected token } at column 31". Columns are 1-based characters. */
export function describeJsonMistake(text: string): string {
  const at = findJsonMistake(text);
  if (at === null) return "not valid JSON";
  const code = text.codePointAt(at);
  if (code === undefined) return `not valid JSON: Unexpected end at column ${at + 1}`;
  return `not valid JSON: Unexpected token ${printable(code)} at column ${at + 1}`;
}

/** The index of the first character that cannot stand where it does; the length for an early end. */
export function findJsonMistake(text: string): number | null {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = 0;
  while (true) {
    while (at < text.length && BLANK.includes(text.charAt(at))) at++;
    const character = text.charAt(at);
    const complete: boolean = expected === ", or end" && open.length === 0;
    if (character === "") return complete ? null : at;
    if (complete) return at;
    const inner = open.at(-1);
    if (expected === ":") {
      if (character !== ":") return at;
      expected = "value";
    } else if (expected === ", or end") {
      if (character === (inner === "{" ? "}" : "]")) open.pop();
      else if (character === ",") expected = inner === "{" ? "name" : "value";
      else return at;
    } else if (character === (expected === "name or }" ? "}" : expected === "value or ]" ? "]" : "")) {
      open.pop();
      expected = ", or end";
    } else if (expected === "name" || expected === "name or }") {
      if (character !== '"') return at;
      const end = endOfString(text, at);
      if (text[end] !== '"') return end;
      at = end;
      expected = ":";
    } else if (character === "{" || character === "[") {
      open.push(character);
      expected = character === "{" ? "name or }" : "value or ]";
    } else {
      const end = endOfScalar(text, at);
      if (end.mistake) return end.at;
      at = end.at - 1;
      expected = ", or end";
    }
    at++;
  }
}

/** The place of the string's closing quote, or of the mistake within it. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text.charCodeAt(at) < FIRST_ALLOWED_IN_STRING) return at;
    ESCAPE.lastIndex = at;
    if (text[at] !== "\\") at++;
    else if (ESCAPE.test(text)) at = ESCAPE.lastIndex;
    else return at;
  }
  return at;
}

function endOfScalar(text: string, start: number): { at: number; mistake: boolean } {
  if (text[start] === '"') {
    const end = endOfString(text, start);
    return text[end] === '"' ? { at: end + 1, mistake: false } : { at: end, mistake: true };
  }
  const word = WORDS.find((known) => known[0] === text[start]);
  if (word !== undefined) {
    let length = 1;
    while (length < word.length && text[start + length] === word[length]) length++;
    return { at: start + length, mistake: length < word.length };
  }
  NUMBER.lastIndex = start;
  if (NUMBER.test(text)) return { at: NUMBER.lastIndex, mistake: false };
  return { at: text[start] === "-" ? start + 1 : start, mistake: true };
}

function printable(code: number): string {
  const character = String.fromCodePoint(code);
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
