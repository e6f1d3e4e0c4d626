import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";

/** A sink that somebody iterates over: a batch is taken when all of it was consumed, so a slow reader slows the line. */
export class OutcomeQueue implements Sink {
  readonly #batches: (readonly SettledRow[])[] = [];
  #place = 0;
  #state: "waits" | "hurries" | "abandoned" | "ended" = "waits";
  #consumed: () => void = () => {};
  #arrived: () => void = () => {};

  write(rows: readonly SettledRow[]): Promise<void> {
    if (this.#state === "abandoned") return Promise.resolve();
    this.#batches.push(rows);
    this.#arrived();
    if (this.#state !== "waits") return Promise.resolve();
    return new Promise((resolve) => {
      this.#consumed = resolve;
    });
  }

  async end(): Promise<void> {
    this.#become("ended");
  }

  /** The run stops: what comes is kept for the reader, but waits for nobody. */
  hurry(): void {
    if (this.#state === "waits") this.#become("hurries");
  }

  /** Nobody reads any more: what comes is dropped. */
  abandon(): void {
    this.#batches.length = 0;
    this.#become("abandoned");
  }

  /** The next row; null at the end. One call at a time. */
  async next(): Promise<SettledRow | null> {
    for (;;) {
      const row = this.#take();
      if (row !== null) return row;
      this.#consumed();
      if (this.#state === "ended" || this.#state === "abandoned") return null;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  #take(): SettledRow | null {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      const row = batch[this.#place];
      this.#place += 1;
      if (row !== undefined) return row;
      this.#batches.shift();
      this.#place = 0;
    }
    return null;
  }

  #become(state: "hurries" | "abandoned" | "ended"): void {
    if (this.#state !== "abandoned") this.#state = state;
    this.#consumed();
    this.#arrived();
  }
}
