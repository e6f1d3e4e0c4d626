import type { Arrival } from "../../src/engine/arriving-feed.ts";
import type { EngineOptions } from "./engine-options.ts";
import type { PlannedRow } from "./planned-rows.ts";

export type Enter = (row: PlannedRow) => Arrival;

/** Rows in batches, one after the other as they are asked for. */
export function inBatches(rows: readonly PlannedRow[], size = 10) {
  return async function* (enter: Enter): AsyncGenerator<readonly Arrival[]> {
    for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size).map(enter);
  };
}
export const plain = (count: number): PlannedRow[] => Array.from({ length: count }, () => ({}));

/** A source that is filled by hand. */
export function byHand() {
  let enter: Enter = () => {
    throw new Error("nobody reads yet");
  };
  let hand = Promise.withResolvers<IteratorResult<readonly Arrival[]>>();
  const source: NonNullable<EngineOptions["arrivals"]> = (given) => {
    enter = given;
    return {
      next: () => {
        hand = Promise.withResolvers();
        return hand.promise;
      },
      // As a generator's: it waits for the `next` that waits for the source.
      return: () => new Promise(() => {}),
    };
  };
  return {
    source,
    give: (rows: readonly PlannedRow[]) => hand.resolve({ done: false, value: rows.map(enter) }),
    fail: (error: Error) => hand.reject(error),
    end: () => hand.resolve({ done: true, value: undefined }),
  };
}
