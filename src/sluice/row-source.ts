import { UsageError } from "../model/errors.ts";
import type { Source, SourceLine } from "../model/source.ts";
import { shown } from "./check-options.ts";

/** What a run takes its rows from. */
export type RunSource<Row> = Iterable<Row> | AsyncIterable<Row>;

/** A row with its place; `bytes` is the line itself where the row comes from a file. */
export interface SourceRow<Row> {
  line: number;
  row: Row;
  bytes: Uint8Array | null;
}

/** Rows in batches, each asked for when there is room. */
export interface RowBatches<Row> {
  /** Null at the end. */
  next(): Promise<SourceRow<Row>[] | null>;
  /** Nothing more is wanted. */
  close(): void;
}

/** Rows are handed on so many at once, where so many are there: each batch is a trip to the disk. */
const ROWS_AT_ONCE = 64;
/** Calls of an asynchronous `toRequest` under way at once: what one waits for, a file or a database, serves many. */
export const MADE_AT_ONCE = 64;
const utf8 = new TextDecoder();

/** Refuses at the call what could never be read. */
export function checkSource(source: unknown): void {
  if (typeof source === "object" && source !== null) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) return;
  }
  throw new UsageError(
    `run: the rows are the path of a file, an array or an (async) iterable, not ${shown(source)}.`,
  );
}

/** The rows of a program. */
export function rowsOf<Row>(source: RunSource<Row>): RowBatches<Row> {
  let line = 0;
  const numbered = (row: Row): SourceRow<Row> => {
    line += 1;
    return { line, row, bytes: null };
  };
  if (Symbol.asyncIterator in source) return new AsyncRows(source[Symbol.asyncIterator](), numbered);
  const rows = source[Symbol.iterator]();
  let thrown: { error: unknown } | null = null;
  return {
    async next() {
      const batch: SourceRow<Row>[] = [];
      try {
        while (thrown === null && batch.length < ROWS_AT_ONCE) {
          const { done, value } = rows.next();
          if (done) break;
          batch.push(numbered(value));
        }
      } catch (error) {
        thrown = { error };
      }
      if (batch.length > 0) return batch;
      if (thrown !== null) throw thrown.error;
      return null;
    },
    close: () => void rows.return?.(),
  };
}

/** Rows of an async source: read on while the last batch is on its way, and handed on as soon as one is here. */
class AsyncRows<Row> implements RowBatches<Row> {
  readonly #source: AsyncIterator<Row>;
  readonly #numbered: (row: Row) => SourceRow<Row>;
  #here: SourceRow<Row>[] = [];
  #reading = false;
  #end: { error: unknown } | "source" | null = null;
  #changed: () => void = () => {};

  constructor(source: AsyncIterator<Row>, numbered: (row: Row) => SourceRow<Row>) {
    this.#source = source;
    this.#numbered = numbered;
  }

  async next(): Promise<SourceRow<Row>[] | null> {
    void this.#read();
    while (this.#here.length === 0 && this.#end === null) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    const rows = this.#here;
    this.#here = [];
    if (rows.length > 0) return rows;
    if (this.#end !== null && this.#end !== "source") throw this.#end.error;
    return null;
  }

  close(): void {
    this.#end ??= "source";
    this.#changed();
    // Not waited for: a generator that waits for its own source only hears of it afterwards.
    this.#source.return?.().then(undefined, () => {});
  }

  /** Never rejects: what the source throws is told once the rows before it were taken. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#end === null && this.#here.length < ROWS_AT_ONCE) {
        const { done, value } = await this.#source.next();
        if (done) this.#end = "source";
        else this.#here.push(this.#numbered(value));
        this.#changed();
      }
    } catch (error) {
      this.#end ??= { error };
      this.#changed();
    }
    this.#reading = false;
  }
}

/** The lines of a file, blank ones left out; each is handed out as its JSON value, or as its text. */
export function rowsOfFile(source: Source): RowBatches<unknown> {
  const batches = source.lines()[Symbol.asyncIterator]();
  const rowOf = (bytes: Uint8Array): unknown => {
    const text = utf8.decode(bytes);
    return source.kind === "text" ? text : jsonOf(text);
  };
  return {
    async next() {
      for (;;) {
        const { done, value } = await batches.next();
        if (done) return null;
        const filled = value.filter((line: SourceLine) => !isBlank(line.bytes));
        if (filled.length > 0) return filled.map(({ line, bytes }) => ({ line, bytes, row: rowOf(bytes) }));
      }
    },
    close: () => void batches.return?.().then(undefined, () => {}),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
