import { formatCount } from "../model/count.ts";
import type { LedgerInfo, LedgerTotals, RunStart } from "../model/ledger.ts";

/** How the plan stands when a run begins: rows that it opened again count as to be done, not as what they were. */
export interface RunStanding {
  /** Rows, without blank lines. */
  rows: number;
  /** Of these, settled and not to be sent in this run. */
  settled: number;
  /** Settled places of the plan, blank lines among them. */
  settledPlaces: number;
  /** What earlier runs left, without the rows that were opened again. */
  before: LedgerTotals;
}

/** `info` was read after the ledger opened the run: a row to be sent again still has its old standing there. */
export function standingOf(
  info: LedgerInfo,
  start: RunStart,
  { retryFailed, retryUnknown }: { retryFailed: boolean; retryUnknown: boolean },
): RunStanding {
  const { totals } = info;
  const settledPlaces = info.rows - start.todo - (start.copies?.waiting ?? 0);
  const before = {
    ...totals,
    rejected: retryFailed ? 0 : totals.rejected,
    failed: 0,
    unknown: retryUnknown ? 0 : totals.unknown - info.unknown.rows,
  };
  return { rows: info.rows - totals.blank, settled: settledPlaces - totals.blank, settledPlaces, before };
}

/** "3 answered", "1 rejected": every standing that has rows. */
export function standingWords(totals: LedgerTotals): string[] {
  const standings = ["answered", "rejected", "failed", "unknown", "unsent"] as const;
  return standings
    .filter((standing) => totals[standing] > 0)
    .map((standing) => `${formatCount(totals[standing])} ${standing}`);
}
