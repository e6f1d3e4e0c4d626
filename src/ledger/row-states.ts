import type { BeginOptions } from "../model/ledger.ts";
import type { OutcomeStatus, SettledRow } from "../model/outcome.ts";

/**
 * How a row of the plan stands. Open rows (below `FIRST_SETTLED`) are pulled; settled ones are read.
 *
 *   todo ──────────── settle ─────────────► answered · rejected · failed · held · doubtful
 *    │  ambiguous, or the process died                     │         │       │       │
 *    └────────► lost ◄─────────────────────────────────────┼─────────┼───────┼── begin
 *                                    begin, --retry-failed │   begin │       │ begin, --retry-unknown
 *                                                          ▼         ▼       ▼
 *                                             againRejected · againFailed · againHeld
 *
 * The three `again` states remember what the row was: one that a run opened but never sent goes back to it, so
 * that a plain rerun after an interrupted `--retry-failed` sends no rejected row.
 */
export const ROW = {
  todo: 0,
  /** Sent, no complete answer, may be billed: sent again by a plain rerun. An outcome it still has is that of a run before. */
  lost: 1,
  againRejected: 2,
  againFailed: 3,
  againHeld: 4,
  answered: 10,
  rejected: 11,
  failed: 12,
  /** Own timeout: sent again only when asked for. */
  held: 13,
  /** Attempts used up, the last one ambiguous. */
  doubtful: 14,
  /** Nothing was sent in this run; to do in the next. */
  unsent: 15,
  /** Nothing to send, whatever the run: a bad row, or an id that was given before. */
  invalid: 16,
  blank: 17,
} as const;

export const FIRST_SETTLED = 10;
export const STATE_COUNT = 18;

/** What a row becomes by an outcome. */
export function stateOf(status: OutcomeStatus, held: boolean): number {
  if (status === "unknown") return held ? ROW.held : ROW.doubtful;
  return ROW[status];
}

/** What an open row becomes by an attempt without an outcome. */
export function stateAfterAttempt(state: number, ending: string): number {
  if (ending === "ambiguous") return ROW.lost;
  if (ending === "transient") return state === ROW.lost || state === ROW.againHeld ? ROW.lost : ROW.todo;
  return state;
}

/** Where an open row goes when this run will not send it. */
export function stateWhenSkipped(state: number): number {
  switch (state) {
    case ROW.lost:
      return ROW.doubtful;
    case ROW.againRejected:
      return ROW.rejected;
    case ROW.againFailed:
      return ROW.failed;
    case ROW.againHeld:
      return ROW.held;
    default:
      return ROW.unsent;
  }
}

/** True when copies of a row in this state take its outcome; else they are left to do. */
export function passesOn(state: number): boolean {
  return state === ROW.answered || state === ROW.rejected || state === ROW.failed;
}

/** What a run opens, from which state to which: what an interrupted run opened and never sent goes back first. */
export function reopenings(options: BeginOptions): ReadonlyMap<number, number> {
  return new Map<number, number>([
    [ROW.againRejected, options.retryFailed ? ROW.againRejected : ROW.rejected],
    [ROW.rejected, options.retryFailed ? ROW.againRejected : ROW.rejected],
    [ROW.againHeld, options.retryUnknown ? ROW.againHeld : ROW.held],
    [ROW.held, options.retryUnknown ? ROW.againHeld : ROW.held],
    [ROW.failed, ROW.againFailed],
    [ROW.doubtful, ROW.lost],
    [ROW.unsent, ROW.todo],
  ]);
}

/** True when a row has an outcome to read: while no run has begun, also what an interrupted one meant to send again. */
export function isReadable(state: number, begun: boolean): boolean {
  return state >= FIRST_SETTLED || (!begun && state >= ROW.againRejected);
}

/** The outcome a settled row is read as. */
export function statusOf(state: number): SettledRow["status"] {
  const standing = standingOf(state);
  return standing === "todo" ? "unsent" : standing;
}

type Standing = SettledRow["status"] | "todo";

const STANDINGS = new Map<number, Standing>([
  [ROW.todo, "todo"],
  [ROW.lost, "unknown"],
  [ROW.againRejected, "rejected"],
  [ROW.againFailed, "failed"],
  [ROW.againHeld, "unknown"],
  [ROW.answered, "answered"],
  [ROW.rejected, "rejected"],
  [ROW.failed, "failed"],
  [ROW.held, "unknown"],
  [ROW.doubtful, "unknown"],
  [ROW.unsent, "unsent"],
  [ROW.invalid, "unsent"],
  [ROW.blank, "blank"],
]);

function standingOf(state: number): Standing {
  return STANDINGS.get(state) ?? "todo";
}

/** Rows by standing, from rows by state. A row that is to be sent again keeps its standing until it is settled anew. */
export function standingsOf(states: readonly number[]): Record<Standing, number> {
  const counts = { todo: 0, answered: 0, rejected: 0, failed: 0, unknown: 0, unsent: 0, blank: 0 };
  states.forEach((rows, state) => {
    counts[standingOf(state)] += rows;
  });
  return counts;
}

/** Rows that are open. */
export function openRows(states: readonly number[]): number {
  return states.slice(0, FIRST_SETTLED).reduce((sum, rows) => sum + rows, 0);
}

/** Rows that each kind of rerun would send. */
export interface RerunCounts {
  plain: number;
  retryFailed: number;
  retryUnknown: number;
}

/** The table of what a rerun sends, in numbers. */
export function rerunCounts(states: readonly number[]): RerunCounts {
  const rows = (...wanted: number[]) => wanted.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  const plain = rows(ROW.todo, ROW.lost, ROW.againFailed, ROW.failed, ROW.doubtful, ROW.unsent);
  return {
    plain,
    retryFailed: plain + rows(ROW.againRejected, ROW.rejected),
    retryUnknown: plain + rows(ROW.againHeld, ROW.held),
  };
}
