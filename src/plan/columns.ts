/** The columns a template may name: a row's top-level members, or `text` and `line` of a line of text. */
export type Columns = Readonly<Record<string, unknown>>;

/** What TypeScript's library does not know yet of JSON in Node 24: source texts while parsing, raw texts while writing. */
interface JsonWithSource {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as JsonWithSource;

/** A double holds every integer of up to 15 digits exactly. */
const EXACT_DIGITS = 15;
/** Whether a text may hold a number that a double cannot; a hit inside a string only costs a slower parse. */
const MAY_LOSE_DIGITS = /\d[\d.]{15}|\d[eE][-+]?\d/;

/** A number that a double would change: it renders with the digits of the source and calculates as a double. */
export class SourceNumber {
  readonly #digits: string;
  constructor(digits: string) {
    this.#digits = digits;
  }
  toString(): string {
    return this.#digits;
  }
  valueOf(): number {
    return Number(this.#digits);
  }
  toJSON(): unknown {
    return json.rawJSON(this.#digits);
  }
}

/** Parses valid JSON, keeping the digits of numbers that a double cannot hold. */
export function parseKeepingDigits(text: string): unknown {
  if (!MAY_LOSE_DIGITS.test(text)) return JSON.parse(text);
  return json.parse(text, (_name, value, context) => {
    if (typeof value !== "number" || context.source === undefined) return value;
    return losesDigits(value, context.source) ? new SourceNumber(context.source) : value;
  });
}

/** The columns of a line of text, or of a JSON string, when a template is given. */
export function textColumns(text: string, line: number): Columns {
  return { text, line };
}

/** How a value stands in a prompt: null is empty, objects and arrays are JSON. */
export function renderValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "object" && !(value instanceof SourceNumber)) return JSON.stringify(value);
  return String(value);
}

function losesDigits(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true;
  return source.replace(/[^\d]/g, "").length > EXACT_DIGITS && String(value) !== source;
}
