import { UsageError } from "../model/errors.ts";
import { type Columns, parseKeepingDigits } from "./columns.ts";
import { CHAT_DIALECT, CHAT_PATH, dialectOf, readPath } from "./endpoint.ts";
import { shapeGivenBody } from "./given-body.ts";
import { type IdReading, readId } from "./identity.ts";
import type { PlannerOptions } from "./options.ts";
import { checkParameters } from "./parameters.ts";
import { pathFacts } from "./path-facts.ts";
import { buildPromptBody } from "./prompt-body.ts";
import { decodeLine, isObject, type Row, type RowRules, readRow } from "./read-row.ts";
import { NESTED_TOO_DEEPLY, NO_CHANGES, NO_MODEL, type Shaping } from "./shaping.ts";
import { compileTemplate, type Rendering, type Template } from "./template.ts";

/** A line made into a request or a problem, with the name it was given. */
export interface ShapedLine {
  shaping: Shaping;
  customId: string | null;
  /** What templates were rendered from; null when there was no template or no row. */
  columns: Columns | null;
}

/** Pure: the same bytes make the same request, at the door and when the row is sent. */
export interface Shaper {
  templates: readonly Template[];
  shape(bytes: Uint8Array, line: number): ShapedLine;
}

type ReadableRow = Exclude<Row, { kind: "problem" }>;

/** Members of known bodies that may serve as `--id` and still belong to the request. */
const BODY_MEMBERS: ReadonlySet<string> = new Set([
  ..."model messages input prompt user metadata safety_identifier prompt_cache_key seed".split(" "),
]);

export function createShaper(options: PlannerOptions): Shaper {
  checkParameters(options);
  const prompt = options.prompt === undefined ? null : compilePrompt(options.prompt);
  const system = options.system === undefined ? null : compileTemplate(options.system, "--system");
  const fixedSystem = system?.columns.length === 0 ? renderFixed(system) : null;
  const keepVersion = options.keepVersion ?? false;
  const endpoint = options.endpoint === undefined ? null : readEndpoint(options.endpoint, keepVersion);
  const rules: RowRules = { kind: options.kind, hasPrompt: prompt !== null, endpoint, keepVersion };
  const factsOf = pathFacts(options);

  function systemFor(columns: Columns): Rendering | null {
    return system === null ? null : (fixedSystem ?? system.render(columns));
  }

  function shapePrompt(row: Row & { kind: "text" | "columns" }, columns: Columns): Shaping {
    const own = row.kind === "columns" && Object.hasOwn(row.row, "model") ? row.row.model : undefined;
    const model = options.model ?? own;
    if (typeof model !== "string" || model === "") return NO_MODEL;
    const asked: Rendering =
      prompt === null
        ? { kind: "text", text: row.kind === "text" ? row.text : "", nulls: 0 }
        : prompt.render(columns);
    const instructions = systemFor(columns);
    if (asked.kind === "problem") return refused(asked);
    if (instructions?.kind === "problem") return refused(instructions);
    const nulls = asked.nulls + (instructions?.nulls ?? 0) > 0;
    return buildPromptBody(factsOf(endpoint ?? CHAT_PATH), {
      model,
      prompt: asked.text,
      system: instructions?.text ?? null,
      changes: nulls ? { ...NO_CHANGES, nulls } : NO_CHANGES,
    });
  }

  function shapeBody(row: Row & { kind: "body" }, columns: Columns): Shaping {
    const facts = factsOf(row.path);
    const instructions = facts.dialect.system === null ? null : systemFor(columns);
    if (instructions?.kind === "problem") return refused(instructions);
    const { idColumn } = options;
    const naming = idColumn === undefined || BODY_MEMBERS.has(idColumn) ? [] : [idColumn];
    return shapeGivenBody({
      facts,
      body: row.body,
      value: row.value,
      model: options.model,
      system: instructions?.text ?? null,
      identityMembers: row.wrapped ? [] : ["custom_id", ...naming],
      nulls: (instructions?.nulls ?? 0) > 0,
    });
  }

  /** What a row is named by, and what templates are rendered from. */
  function columnsOf(row: ReadableRow, bytes: Uint8Array): Columns {
    if (row.kind === "text") return row.columns;
    if (row.kind === "columns" || system === null || fixedSystem !== null) return row.row;
    // `--system` may name columns of a row whose numbers were read as doubles.
    const exact = parseKeepingDigits(decodeLine(bytes) ?? "null");
    return isObject(exact) ? exact : row.row;
  }

  function nameOf(row: ReadableRow, columns: Columns, bytes: Uint8Array): IdReading {
    if (row.kind !== "text") return readId(columns, bytes, options.idColumn);
    return options.idColumn === undefined ? { id: null } : readId(columns, null, options.idColumn);
  }

  function shapeRow(row: Row, bytes: Uint8Array): ShapedLine {
    if (row.kind === "problem") {
      const named = row.row === null ? { id: null } : readId(row.row, bytes, options.idColumn);
      return { shaping: row, customId: "id" in named ? named.id : null, columns: null };
    }
    const columns = columnsOf(row, bytes);
    const named = nameOf(row, columns, bytes);
    if ("problem" in named) {
      const shaping: Shaping = { kind: "problem", problem: named.problem, wholeInput: named.missing };
      return { shaping, customId: null, columns: null };
    }
    const shaped = row.kind === "body" ? shapeBody(row, columns) : shapePrompt(row, columns);
    const shaping = options.stream ? streamable(shaped) : shaped;
    return { shaping, customId: named.id, columns };
  }

  return {
    templates: [prompt, system].filter((template) => template !== null),
    shape(bytes, line) {
      try {
        return shapeRow(readRow(bytes, line, rules), bytes);
      } catch (error) {
        // Depth is the one thing of a valid row that Node's own JSON and liquidjs cannot bear.
        if (!(error instanceof RangeError)) throw error;
        const shaping: Shaping = { kind: "problem", problem: NESTED_TOO_DEEPLY, wholeInput: false };
        return { shaping, customId: null, columns: null };
      }
    },
  };
}

function compilePrompt(source: string): Template {
  const template = compileTemplate(source, "--prompt");
  if (template.columns.length > 0) return template;
  const meant = /[{$<]+\s*(\w+)\s*[}>]*/.exec(source)?.[1] ?? "question";
  throw new UsageError(
    `--prompt names no column, so every row would ask the same; write a column as {{ ${meant} }}`,
  );
}

function renderFixed(template: Template): Rendering {
  const rendered = template.render({});
  if (rendered.kind === "problem") throw new UsageError(rendered.problem);
  return rendered;
}

function readEndpoint(endpoint: string, keepVersion: boolean): string {
  const reading = readPath(endpoint, keepVersion);
  if ("problem" in reading) throw new UsageError(`--endpoint ${endpoint} ${reading.problem}`);
  return reading.path;
}

function streamable(shaping: Shaping): Shaping {
  if (shaping.kind === "problem" || dialectOf(shaping.request.path) === CHAT_DIALECT) return shaping;
  const problem = `--stream is for chat completions, and this row asks ${shaping.request.path}; leave --stream out`;
  return { kind: "problem", problem, wholeInput: false };
}

function refused(rendering: Rendering & { kind: "problem" }): Shaping {
  return { kind: "problem", problem: rendering.problem, wholeInput: rendering.missingColumn };
}
