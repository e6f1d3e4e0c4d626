import type { Arrival } from "../engine/arriving-feed.ts";
import { UsageError } from "../model/errors.ts";
import type { Planner } from "../plan/index.ts";
import { NO_MODEL } from "../plan/shaping.ts";
import { inLibraryWords, wordsOf } from "./library-words.ts";
import { arrivalOf, bytesOf, type MadeLine } from "./row-bytes.ts";
import { MADE_AT_ONCE, type RowBatches, type SourceRow } from "./row-source.ts";

export interface ArrivalsParts<Row> {
  rows: RowBatches<Row>;
  planner: Planner;
  toRequest: ((row: Row) => unknown) | undefined;
  /** Why a request for this model must not be sent; null when it may. */
  refuse: (model: string) => string | null;
  /** Remembers a row until its outcome is handed over. */
  keep: (index: number, row: Row) => void;
}

const NO_MODEL_NAMED = inLibraryWords(NO_MODEL.problem);

/** A row that was read; its line is promised where `toRequest` promises the request. */
interface Making {
  line: number;
  made: MadeLine | Promise<MadeLine>;
}

/**
 * Turns the caller's rows into planned rows. A bad row is an outcome like any other; a source that throws is at its
 * end, so that what was asked before is still answered, and `failure` tells afterwards.
 */
export class Arrivals<Row> implements AsyncIterator<readonly Arrival[]> {
  readonly #parts: ArrivalsParts<Row>;
  #waiting: SourceRow<Row>[] = [];
  /** In the order of the rows, which is the order in which they are planned. */
  readonly #making: Making[] = [];
  #index = 0;
  #withoutModel = 0;
  #over = false;
  /** What the source threw, or why no row at all could be sent. */
  failure: { error: unknown } | null = null;

  constructor(parts: ArrivalsParts<Row>) {
    this.#parts = parts;
  }

  async next(): Promise<IteratorResult<readonly Arrival[]>> {
    if (this.#waiting.length === 0 && this.#making.length === 0) this.#waiting = await this.#read();
    this.#make();
    await this.#making[0]?.made;
    const arrivals: Arrival[] = [];
    // A row that has to be waited for holds up those behind it alone.
    for (let [row] = this.#making; row !== undefined && !isPromise(row.made); [row] = this.#making) {
      this.#making.shift();
      arrivals.push(this.#plan(row.line, row.made));
    }
    return this.#over || arrivals.length === 0 ? this.#end() : { done: false, value: arrivals };
  }

  async return(): Promise<IteratorResult<readonly Arrival[]>> {
    if (!this.#over) {
      this.#over = true;
      this.#parts.rows.close();
    }
    return { done: true, value: undefined };
  }

  async #read(): Promise<SourceRow<Row>[]> {
    if (this.#over) return [];
    try {
      return (await this.#parts.rows.next()) ?? [];
    } catch (error) {
      this.failure = { error };
      return [];
    }
  }

  #end(): IteratorResult<readonly Arrival[]> {
    this.#over = true;
    if (this.#index > 0 && this.#withoutModel === this.#index) {
      this.failure ??= { error: new UsageError(`${NO_MODEL_NAMED}.`) };
    }
    return { done: true, value: undefined };
  }

  #make(): void {
    const { keep } = this.#parts;
    for (const read of this.#waiting.splice(0, MADE_AT_ONCE - this.#making.length)) {
      keep(this.#index, read.row);
      this.#index += 1;
      const making: Making = { line: read.line, made: this.#lineOf(read) };
      this.#making.push(making);
      if (isPromise(making.made)) void making.made.then((made) => Object.assign(making, { made }));
    }
  }

  #lineOf({ row, bytes }: SourceRow<Row>): MadeLine | Promise<MadeLine> {
    const { toRequest } = this.#parts;
    if (toRequest === undefined) return bytes ?? bytesOf(row);
    const failed = (error: unknown) => ({ problem: `toRequest threw: ${wordsOf(error)}` });
    try {
      const request = toRequest(row);
      return isPromise(request) ? Promise.resolve(request).then(bytesOf, failed) : bytesOf(request);
    } catch (error) {
      return failed(error);
    }
  }

  #plan(line: number, made: MadeLine): Arrival {
    const arrival = arrivalOf(this.#parts.planner, line, made);
    if (arrival.plan.problem === NO_MODEL_NAMED) this.#withoutModel += 1;
    const refusal = arrival.request === null ? null : this.#parts.refuse(arrival.request.model);
    if (refusal === null) return arrival;
    return { plan: { ...arrival.plan, kind: "invalid", lane: "", problem: refusal }, request: null };
  }
}

function isPromise<Value>(value: unknown): value is Promise<Value> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
