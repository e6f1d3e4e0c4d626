import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";

/** A sink that somebody iterates over: a batch is taken when all of it was consumed, so a slow reader slows the line. */
export class OutcomeQueue implements Sink {
  #batch: readonly SettledRow[] = [];
  #place = 0;
  #ended = false;
  #error: { cause: unknown } | null = null;
  #consumed: () => void = () => {};
  #arrived: () => void = () => {};

  write(rows: readonly SettledRow[]): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#batch = rows;
    this.#place = 0;
    this.#arrived();
    return new Promise((resolve) => {
      this.#consumed = resolve;
    });
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#arrived();
  }

  /** Nobody reads any more: what comes is dropped. */
  abandon(): void {
    this.#ended = true;
    this.#batch = [];
    this.#consumed();
  }

  /** The reader gets this error after the rows that are there. */
  fail(cause: unknown): void {
    this.#error = { cause };
    this.#ended = true;
    this.#arrived();
  }

  /** The next row; null at the end. */
  async next(): Promise<SettledRow | null> {
    for (;;) {
      const row = this.#batch[this.#place];
      if (row !== undefined) {
        this.#place += 1;
        return row;
      }
      this.#consumed();
      if (this.#ended) {
        if (this.#error !== null) throw this.#error.cause;
        return null;
      }
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }
}
