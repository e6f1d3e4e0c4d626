import { liquidjs } from "./liquidjs.ts";

/**
 * liquidjs reads `{{ Customer Feedback }}` as the column `Customer` or `Feedback`, whichever the form, and
 * drops the other word. So two values without an operator between them are looked for before it sees them.
 */
export interface BareWords {
  /** The words as written: "Customer Feedback". */
  words: string;
  line: number;
  column: number;
}

/** Tags that take one value or condition; what stands before it is cut by the pattern. */
const CONDITION_TAGS: Readonly<Record<string, RegExp>> = {
  if: /^/,
  elsif: /^/,
  unless: /^/,
  case: /^/,
  echo: /^/,
  assign: /^[^=]*=/,
  for: /^.*?\bin\b/s,
  tablerow: /^.*?\bin\b/s,
};
/** After the collection of a `for` come words of the tag itself. */
const LOOP_OPTIONS = /\b(?:reversed|limit|offset|cols)\b[\s\S]*$/;

/** A value with its path, a quoted text, a range; or an operator; or whatever else. */
const PIECE =
  /(?<value>(?:"[^"]*"|'[^']*'|\[(?:"[^"]*"|'[^']*'|[^\]])*\]|\([^)]*\)|[^\s|<>=!,:"'[\]()])+)|(?<other>[<>=!,:|]+)|\s+/y;
const OPERATOR_WORDS: ReadonlySet<string> = new Set(["and", "or", "not", "contains"]);

/** The first pair of neighbouring values in a template whose tokens are sound. */
export function findBareWords(template: string): BareWords | null {
  let commented = 0;
  const { TagToken, Tokenizer } = liquidjs();
  for (const token of new Tokenizer(template).readTopLevelTokens()) {
    const name = token instanceof TagToken ? token.name : null;
    if (name === "comment") commented++;
    if (name === "endcomment") commented--;
    if (commented > 0 || !("content" in token) || typeof token.content !== "string") continue;
    const expression = name === null ? token.content : conditionOf(token.content, name);
    const words = expression === null ? null : neighbours(expression);
    if (words === null) continue;
    const [line, column] = token.getPosition();
    return { words, line: line ?? 1, column: column ?? 1 };
  }
  return null;
}

function conditionOf(content: string, tag: string): string | null {
  const lead = CONDITION_TAGS[tag];
  if (lead === undefined) return null;
  const args = content.trim().slice(tag.length).replace(lead, "");
  return tag === "for" || tag === "tablerow" ? args.replace(LOOP_OPTIONS, "") : args;
}

function neighbours(expression: string): string | null {
  let run: string[] = [];
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(expression); match !== null; match = PIECE.exec(expression)) {
    const value = match.groups?.value;
    const other = match.groups?.other;
    if (value !== undefined && !OPERATOR_WORDS.has(value)) run.push(value);
    else if (value !== undefined || other !== undefined) {
      if (run.length > 1 || other?.includes("|")) break;
      run = [];
    }
  }
  return run.length > 1 ? run.join(" ") : null;
}
