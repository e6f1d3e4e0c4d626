import type { Arrival } from "../engine/arriving-feed.ts";
import type { Planner } from "../plan/index.ts";
import type { RunOptions } from "./options.ts";

/** What a library run takes its rows from. */
export type RunSource<Row> = Iterable<Row> | AsyncIterable<Row>;

const utf8 = new TextEncoder();
/** Rows of a plain array are planned so many at once; rows of an async source one by one, as they come. */
const ROWS_AT_ONCE = 64;

/** Turns the caller's rows into planned rows; `keep` remembers each row until its outcome is handed over. */
export async function* arrivalsOf<Row>(
  source: RunSource<Row>,
  planner: Planner,
  toRequest: RunOptions<Row>["toRequest"],
  keep: (index: number, row: Row) => void,
): AsyncGenerator<readonly Arrival[]> {
  let index = 0;
  const arrive = (row: Row): Arrival => {
    keep(index, row);
    index += 1;
    return planner.arrive({
      line: index,
      offset: 0,
      bytes: lineOf(toRequest === undefined ? row : toRequest(row)),
    });
  };
  if (Symbol.asyncIterator in source) {
    for await (const row of source) yield [arrive(row)];
    return;
  }
  let batch: Arrival[] = [];
  for (const row of source) {
    batch.push(arrive(row));
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A row as a line of JSON; what JSON cannot hold becomes a bad row, never an exception. */
function lineOf(value: unknown): Uint8Array {
  try {
    return utf8.encode(JSON.stringify(value) ?? "null");
  } catch {
    return utf8.encode("null");
  }
}
