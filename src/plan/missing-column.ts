import { nearMiss } from "./near-miss.ts";

const LISTED_COLUMNS = 20;
const LONGEST_LISTED_NAME = 40;

/** "no column 'qestion'; did you mean 'question'? columns: question, answer". Of `{{ my.col }}` Liquid misses `my`. */
export function describeMissingColumn(name: string, known: readonly string[], flag: string): string {
  const near = known.find((column) => column.startsWith(`${name}.`)) ?? nearMiss(name, known);
  const hint = near === null ? "" : `; did you mean ${quoteForTemplate(near)}?`;
  const listed = known.slice(0, LISTED_COLUMNS).map((column) => column.slice(0, LONGEST_LISTED_NAME));
  const more = known.length > LISTED_COLUMNS ? `, and ${known.length - LISTED_COLUMNS} more` : "";
  const columns = known.length === 0 ? "the row has no columns" : `columns: ${listed.join(", ")}${more}`;
  return `${flag}: no column '${name}'${hint}${hint === "" ? ";" : ""} ${columns}`;
}

/** A name as it is typed in a template: bare where Liquid reads it as one word, else in brackets. */
function quoteForTemplate(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? `'${name}'` : `{{ ['${name}'] }}`;
}
