import type { Liquid, Template as ParsedTemplate } from "liquidjs";
import { UsageError } from "../model/errors.ts";
import { findBareWords } from "./bare-words.ts";
import type { Columns } from "./columns.ts";
import { createLiquidEngine, FILE_TAGS, RANDOM_FILTERS, TemplateRefusal } from "./liquid-engine.ts";
import { describeMissingColumn } from "./missing-column.ts";
import { nearMiss } from "./near-miss.ts";

/** What a template made of one row. */
export type Rendering =
  | { kind: "text"; text: string; nulls: number }
  | { kind: "problem"; problem: string; missingColumn: boolean };

/** A template that was found sound; `flag` names it in sentences. */
export interface Template {
  flag: string;
  /** Columns it mentions anywhere; empty for a fixed text. */
  columns: readonly string[];
  render(columns: Columns): Rendering;
}

/** Names that liquidjs answers by itself when the row has no such column. */
const BUILT_IN_PROPERTIES: ReadonlySet<string> = new Set(["size", "first", "last"]);
const UNDEFINED_VARIABLE = /^undefined variable: ([\s\S]*), line:(\d+), col:(\d+)/;
const LIQUID_PLACE = /^([\s\S]*), line:(\d+), col:(\d+)/;
const NOT_FOUND = /^(?:tag "([^"]+)" not found|undefined filter: (\S+?))(?:,|$)/;

/** Reads a template; a mistake in it is a UsageError with its place. */
export function compileTemplate(source: string, flag: string): Template {
  let nulls = 0;
  const liquid = createLiquidEngine(() => nulls++);
  const parsed = parse(liquid, source, flag);
  const columns = mentionedColumns(liquid, parsed);
  const builtIn = columns.filter((name) => BUILT_IN_PROPERTIES.has(name));
  return {
    flag,
    columns,
    render(row) {
      const absent = builtIn.find((name) => !Object.hasOwn(row, name));
      if (absent !== undefined) return missing(absent, row, flag);
      nulls = 0;
      try {
        const text = String(liquid.renderSync(parsed, row));
        return { kind: "text", text, nulls };
      } catch (error) {
        return explain(error, row, columns, flag);
      }
    },
  };
}

function parse(liquid: Liquid, source: string, flag: string): ParsedTemplate[] {
  try {
    const bare = findBareWords(source);
    if (bare !== null) {
      throw new UsageError(
        `${flag}, line ${bare.line}, column ${bare.column}: "${bare.words}" is two values without an operator; ` +
          `a column whose name holds a blank is written {{ ['${bare.words}'] }}`,
      );
    }
    return liquid.parse(source);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(describeParseError(error, flag, Object.keys(liquid.filters)), { cause: error });
  }
}

function describeParseError(error: unknown, flag: string, knownFilters: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, what = message, line, column] = LIQUID_PLACE.exec(message) ?? [];
  const place = line === undefined ? "" : `, line ${line}, column ${column}`;
  const [, tag, filter] = NOT_FOUND.exec(what) ?? [];
  let remedy = "";
  if (tag !== undefined) {
    remedy = FILE_TAGS.includes(tag)
      ? "; tags that read files are switched off"
      : "; Liquid has if, for, case and others";
  }
  if (filter !== undefined) {
    const near = nearMiss(filter, knownFilters);
    remedy = near === null ? "; Liquid has default, truncate, strip and others" : `; did you mean ${near}?`;
    if (RANDOM_FILTERS.includes(filter)) remedy = "; it would change the prompt between runs";
  }
  return `${flag}${place}: ${what.replaceAll("\n", " ")}${remedy}`;
}

function mentionedColumns(liquid: Liquid, parsed: ParsedTemplate[]): string[] {
  const roots = liquid.globalVariableSegmentsSync(parsed).map((segments) => segments[0]);
  return [...new Set(roots.filter((root) => typeof root === "string"))];
}

function explain(error: unknown, row: Columns, columns: readonly string[], flag: string): Rendering {
  const refusal = refusalIn(error);
  if (refusal !== null) return { kind: "problem", problem: `${flag}: ${refusal}`, missingColumn: false };
  const message = error instanceof Error ? error.message : "";
  const [, name] = UNDEFINED_VARIABLE.exec(message) ?? [];
  if (name === undefined) {
    // The rest of liquidjs's message may quote the row.
    const [, , line, column] = LIQUID_PLACE.exec(message) ?? [];
    const place = line === undefined ? "" : ` (line ${line}, column ${column} of the template)`;
    return {
      kind: "problem",
      problem: `${flag} cannot be rendered for this row${place}`,
      missingColumn: false,
    };
  }
  const root = columns.find((column) => name === column || name.startsWith(`${column}.`));
  if (root !== undefined && !Object.hasOwn(row, root)) return missing(root, row, flag);
  return {
    kind: "problem",
    problem: `${flag}: '${name}' has no value in this row; {{ ${name} | default: "" }} lets it be empty`,
    missingColumn: false,
  };
}

function missing(name: string, row: Columns, flag: string): Rendering {
  return {
    kind: "problem",
    problem: describeMissingColumn(name, Object.keys(row), flag),
    missingColumn: true,
  };
}

/** liquidjs wraps what a filter throws and keeps it as `originalError`. */
function refusalIn(error: unknown): string | null {
  if (error instanceof TemplateRefusal) return error.message;
  if (error instanceof Error && "originalError" in error) return refusalIn(error.originalError);
  return null;
}
