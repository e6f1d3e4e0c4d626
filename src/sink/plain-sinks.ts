import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";

/** Keeps every row in memory, in the order it was handed over. */
export interface MemorySink extends Sink {
  readonly rows: readonly SettledRow[];
  /** What `end` was told; null while rows may still come. */
  readonly complete: boolean | null;
}

export function memorySink(): MemorySink {
  const rows: SettledRow[] = [];
  let ended: boolean | null = null;
  return {
    rows,
    get complete() {
      return ended;
    },
    async write(more) {
      for (const row of more) rows.push(row);
    },
    async end(complete) {
      ended = complete;
    },
  };
}

/** Calls back for each row and waits for it, so that a slow receiver slows the line. Its error ends the run. */
export function callbackSink(
  onRow: (row: SettledRow) => void | Promise<void>,
  onEnd: (complete: boolean) => void | Promise<void> = () => {},
): Sink {
  return {
    async write(rows) {
      for (const row of rows) {
        const waiting = onRow(row);
        if (waiting !== undefined) await waiting;
      }
    },
    async end(complete) {
      await onEnd(complete);
    },
  };
}
