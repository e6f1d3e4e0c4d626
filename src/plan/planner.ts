import type { PlanRow } from "../model/plan.ts";
import type { Request } from "../model/request.ts";
import type { SourceLine } from "../model/source.ts";
import type { Columns } from "./columns.ts";
import type { ModelEstimate } from "./estimate.ts";
import { HASH_BYTES, hash16, isRequestHash, requestHash } from "./hash.ts";
import { keyText } from "./identity.ts";
import { describeMissingColumn } from "./missing-column.ts";
import { nearMiss } from "./near-miss.ts";
import type { PlannerOptions } from "./options.ts";
import { describeSettings } from "./settings.ts";
import { createShaper, type ShapedLine, type Shaper } from "./shaper.ts";
import { type Replacements, Tallies } from "./tallies.ts";

/** A row and its request, for rows that are sent as they arrive. */
export interface ArrivedRow {
  plan: PlanRow;
  /** Null when there is nothing to send: a blank line or a bad row. */
  request: Request | null;
}

/** What the plan remembers of a row that is to be sent. */
export type PlannedRow = Pick<PlanRow, "line" | "lane" | "requestHash">;

/** Turns lines into rows of the plan and, later, into the same requests again. */
export interface Planner {
  /** Never throws for what stands in a line: a bad row is `invalid` with its sentence. Counts what it sees. */
  plan(line: SourceLine): PlanRow;
  /** The same, with the request. */
  arrive(line: SourceLine): ArrivedRow;
  /** The request of a line, uncounted. */
  request(bytes: Uint8Array, line: number): Request | { problem: string };
  /** The request of a planned row; a problem when its bytes are no longer what was planned. */
  again(bytes: Uint8Array, row: PlannedRow): Request | { problem: string };
  /** What options took from the rows planned so far. */
  replacements(): Replacements;
  /** What the rows planned so far add up to, by model. */
  estimates(): ReadonlyMap<string, ModelEstimate>;
  /**
   * What is wrong with every row so far for one reason: no model, an unknown column, no rule that fits. At the
   * end also a column asked for with `if` or `default` that no row has, while one has a name near it.
   */
  wholeInputProblem(atEnd: boolean): string | null;
  /** Everything that shapes requests, as canonical JSON. */
  settings(): string;
}

/** A mistake in an option or a template is a UsageError here, before any row is read. */
export function createPlanner(options: PlannerOptions): Planner {
  return new RowPlanner(options);
}

class RowPlanner implements Planner {
  readonly #shaper: Shaper;
  readonly #settings: string;
  readonly #tallies: Tallies;
  /**
   * Where lines go whose body is the line as it stands: then a matching hash alone proves the whole request, and
   * nothing has to be parsed again. Null when such lines go to several places, or say how much they may use.
   */
  #verbatimPath: string | null = null;
  #isVerbatimPlain = true;
  #rows = 0;
  #wholeInput = 0;
  #firstWholeInput: string | null = null;
  /** Columns of the templates that no row has had yet, each with the flag that names it. */
  readonly #unseen = new Map<string, string>();
  #lastColumns: Columns | null = null;

  constructor(options: PlannerOptions) {
    this.#shaper = createShaper(options);
    this.#tallies = new Tallies(options.costBound);
    this.#settings = describeSettings(options);
    for (const { columns, flag } of this.#shaper.templates) {
      for (const column of columns) this.#unseen.set(column, flag);
    }
  }

  plan(line: SourceLine): PlanRow {
    return this.#take(line).plan;
  }

  arrive(line: SourceLine): ArrivedRow {
    const { plan, request } = this.#take(line);
    if (request === null || request.body.length === request.body.buffer.byteLength) return { plan, request };
    // A row that waits for its answer must not hold the whole piece its line was cut from.
    return { plan, request: { ...request, body: Buffer.from(request.body) } };
  }

  #take(line: SourceLine): ArrivedRow {
    const sourceHash = hash16(line.bytes);
    if (isBlank(line.bytes)) {
      const blank = {
        key: sourceHash,
        keyGiven: false,
        customId: null,
        kind: "blank",
        problem: null,
      } as const;
      return { plan: planRow(line, sourceHash, { ...blank, ...nothingAsked() }), request: null };
    }
    const { shaping, customId, columns } = this.#shaper.shape(line.bytes, line.line);
    this.#rows++;
    if (this.#unseen.size > 0 && columns !== null) this.#see(columns);
    const givenKey = customId === null ? null : hash16(keyText(customId));
    const keyGiven = givenKey !== null;
    if (shaping.kind === "problem") {
      if (shaping.wholeInput) this.#countWholeInput(line.line, shaping.problem);
      const { problem } = shaping;
      const invalid = { key: givenKey ?? sourceHash, keyGiven, customId, kind: "invalid", problem } as const;
      return { plan: planRow(line, sourceHash, { ...invalid, ...nothingAsked() }), request: null };
    }
    const { request, changes } = shaping;
    this.#tallies.count(request, changes);
    const isVerbatim = request.body === line.bytes;
    if (isVerbatim) this.#noteVerbatim(request);
    const whole = requestHash(request.path, isVerbatim ? sourceHash : hash16(request.body));
    const plan = planRow(line, sourceHash, {
      key: givenKey ?? whole,
      keyGiven,
      customId,
      kind: "request",
      problem: null,
      requestHash: whole,
      lane: request.model,
    });
    return { plan, request };
  }

  request(bytes: Uint8Array, line: number): Request | { problem: string } {
    const { shaping }: ShapedLine = this.#shaper.shape(bytes, line);
    return shaping.kind === "request" ? shaping.request : { problem: shaping.problem };
  }

  again(bytes: Uint8Array, row: PlannedRow): Request | { problem: string } {
    const path = this.#verbatimPath;
    if (path !== null && isRequestHash(row.requestHash, path, bytes)) {
      return { path, model: row.lane, body: bytes, maxTokens: null, samples: 1 };
    }
    const request = this.request(bytes, row.line);
    if (!("problem" in request) && isRequestHash(row.requestHash, request.path, request.body)) return request;
    return { problem: `line ${row.line} changed after it was read; run again to send it as it is now` };
  }

  replacements(): Replacements {
    return this.#tallies.replacements();
  }

  estimates(): ReadonlyMap<string, ModelEstimate> {
    return this.#tallies.estimates();
  }

  wholeInputProblem(atEnd: boolean): string | null {
    if (this.#rows > 0 && this.#wholeInput === this.#rows) return this.#firstWholeInput;
    if (!atEnd || this.#lastColumns === null) return null;
    const known = Object.keys(this.#lastColumns);
    for (const [name, flag] of this.#unseen) {
      if (nearMiss(name, known) !== null) return describeMissingColumn(name, known, flag);
    }
    return null;
  }

  settings(): string {
    return this.#settings;
  }

  #see(columns: Columns): void {
    this.#lastColumns = columns;
    for (const name of this.#unseen.keys()) if (Object.hasOwn(columns, name)) this.#unseen.delete(name);
  }

  #noteVerbatim({ path, maxTokens, samples }: Request): void {
    const isPlain = maxTokens === null && samples === 1;
    this.#isVerbatimPlain &&= isPlain && (this.#verbatimPath === null || this.#verbatimPath === path);
    this.#verbatimPath = this.#isVerbatimPlain ? path : null;
  }

  #countWholeInput(line: number, problem: string): void {
    this.#wholeInput++;
    this.#firstWholeInput ??= `line ${line}: ${problem}`;
  }
}

/** Field by field: spreads copy slowly, and this is done for every row. */
function planRow(
  { line, offset, bytes }: SourceLine,
  sourceHash: Uint8Array,
  row: Omit<PlanRow, "line" | "offset" | "length" | "sourceHash">,
): PlanRow {
  return {
    line,
    offset,
    length: bytes.length,
    key: row.key,
    keyGiven: row.keyGiven,
    requestHash: row.requestHash,
    sourceHash,
    customId: row.customId,
    lane: row.lane,
    kind: row.kind,
    problem: row.problem,
  };
}

function nothingAsked() {
  return { requestHash: new Uint8Array(HASH_BYTES), lane: "" };
}

/** Nothing but ASCII white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  return true;
}
