import type { Arrival } from "../engine/arriving-feed.ts";
import { UsageError } from "../model/errors.ts";
import type { Planner } from "../plan/index.ts";
import { NO_MODEL } from "../plan/shaping.ts";
import { inLibraryWords, wordsOf } from "./library-words.ts";
import { arrivalOf, badRow, bytesOf } from "./row-bytes.ts";
import type { RowBatches, SourceRow } from "./row-source.ts";

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

/**
 * Turns the caller's rows into planned rows. A bad row is an outcome like any other; a source that throws is at its
 * end, so that what was asked before is still answered, and `failure` tells afterwards.
 */
export class Arrivals<Row> implements AsyncIterator<readonly Arrival[]> {
  readonly #parts: ArrivalsParts<Row>;
  #waiting: SourceRow<Row>[] = [];
  #index = 0;
  #withoutModel = 0;
  #over = false;
  /** What the source threw, or why no row at all could be sent. */
  failure: { error: unknown } | null = null;

  constructor(parts: ArrivalsParts<Row>) {
    this.#parts = parts;
  }

  async next(): Promise<IteratorResult<readonly Arrival[]>> {
    if (this.#waiting.length === 0) this.#waiting = (this.#over ? null : await this.#read()) ?? [];
    if (this.#waiting.length === 0 || this.#over) return this.#end();
    const arrivals: Arrival[] = [];
    for (let row = this.#waiting.shift(); row !== undefined; row = this.#waiting.shift()) {
      const arrival = this.#arrive(row);
      arrivals.push(isPromise(arrival) ? await arrival : arrival);
      // A row that had to be waited for does not wait for its neighbours.
      if (isPromise(arrival)) break;
    }
    return { done: false, value: arrivals };
  }

  async return(): Promise<IteratorResult<readonly Arrival[]>> {
    if (!this.#over) {
      this.#over = true;
      this.#parts.rows.close();
    }
    return { done: true, value: undefined };
  }

  async #read(): Promise<SourceRow<Row>[] | null> {
    try {
      return await this.#parts.rows.next();
    } catch (error) {
      this.failure = { error };
      return null;
    }
  }

  #end(): IteratorResult<readonly Arrival[]> {
    this.#over = true;
    if (this.#index > 0 && this.#withoutModel === this.#index) {
      this.failure ??= { error: new UsageError(`${NO_MODEL_NAMED}.`) };
    }
    return { done: true, value: undefined };
  }

  #arrive({ line, row, bytes }: SourceRow<Row>): Arrival | Promise<Arrival> {
    const { keep, planner, toRequest } = this.#parts;
    keep(this.#index, row);
    this.#index += 1;
    if (toRequest === undefined) return this.#plan(line, bytes ?? bytesOf(row));
    const failed = (error: unknown) => badRow(planner, line, `toRequest threw: ${wordsOf(error)}`);
    try {
      const request = toRequest(row);
      if (!isPromise(request)) return this.#plan(line, bytesOf(request));
      return request.then((value) => this.#plan(line, bytesOf(value)), failed);
    } catch (error) {
      return failed(error);
    }
  }

  #plan(line: number, bytes: Uint8Array | { problem: string }): Arrival {
    const arrival = arrivalOf(this.#parts.planner, line, bytes);
    if (arrival.plan.problem === NO_MODEL_NAMED) this.#withoutModel += 1;
    const refusal = arrival.request === null ? null : this.#parts.refuse(arrival.request.model);
    if (refusal === null) return arrival;
    return { plan: { ...arrival.plan, kind: "invalid", lane: "", problem: refusal }, request: null };
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
