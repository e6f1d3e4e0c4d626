import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { LaneWork } from "./lane-work.ts";
import { unsentRow } from "./records.ts";

const PAGE_ROWS = 1000;

/** Rows of lanes that the provider closed get their outcome, so that the rows of others can be delivered past them. */
export async function skipStoppedLanes(
  ledger: Ledger,
  lanes: Iterable<LaneWork>,
  deliver: (row: SettledRow) => void,
): Promise<void> {
  for (const { name, stopped } of lanes) {
    if (stopped === null) continue;
    for (let after = -1; ; ) {
      const rows = await ledger.pull(name, after, PAGE_ROWS);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.index;
      await ledger.skip(rows.map(({ index }) => ({ index, error: stopped })));
      for (const row of rows) deliver(unsentRow(row, stopped));
    }
  }
}
