import type { EndingKind } from "../model/ending.ts";
import type { LedgerTotals, OutputPosition } from "../model/ledger.ts";
import { NO_USAGE, type Usage } from "../model/usage.ts";
import { ROW, STATE_COUNT, standingsOf } from "./row-states.ts";

/**
 * The running sums of a ledger: kept by the writer as it writes and stored with every commit, so that neither
 * opening a ledger of a million rows nor asking how it stands walks through them.
 */
export interface Book {
  /** Commits since the ledger was made. */
  commits: number;
  /** Which plan this is: 0 before the first. */
  plan: number;
  /** One past the highest index of the plan. */
  rows: number;
  /** Rows of the plan by state. */
  states: number[];
  /** Rows that left the plan and may come back. */
  retired: number;
  /** The plan that OUTPUT shows, or that the current one took the place of. */
  shown: number;
  /** Of those that left, the answered rows that were in that plan or came after it. */
  left: number;
  attempts: Partial<Record<EndingKind, number>>;
  pending: number;
  usage: Usage;
  cost: number;
  unknownCost: number;
  atRisk: number;
  unpricedAtRisk: number;
  /** Answers and rejections, and those of them that a simulator gave. */
  heard: number;
  simulated: number;
  nextAnswer: number;
  nextAttempt: number;
  /** No attempt below this number is without its ending. */
  pendingFrom: number;
  output: OutputPosition | null;
}

export function emptyBook(): Book {
  return {
    commits: 0,
    plan: 0,
    rows: 0,
    states: noRows(),
    retired: 0,
    shown: 0,
    left: 0,
    attempts: {},
    pending: 0,
    usage: { ...NO_USAGE },
    cost: 0,
    unknownCost: 0,
    atRisk: 0,
    unpricedAtRisk: 0,
    heard: 0,
    simulated: 0,
    nextAnswer: 1,
    nextAttempt: 1,
    pendingFrom: 1,
    output: null,
  };
}

export function noRows(): number[] {
  return new Array<number>(STATE_COUNT).fill(0);
}

/** Moves `rows` rows from one state to another; null = from outside the plan. */
export function moveRows(book: Book, from: number | null, to: number, rows = 1): void {
  if (from !== null) book.states[from] = (book.states[from] ?? 0) - rows;
  book.states[to] = (book.states[to] ?? 0) + rows;
}

export function countAttempt(book: Book, ending: EndingKind, attempts = 1): void {
  book.attempts[ending] = (book.attempts[ending] ?? 0) + attempts;
}

/** Books money that may be billed; null = nobody knows how much. `sign` −1 takes it back. */
export function bookRisk(book: Book, atRisk: number | null, sign: 1 | -1): void {
  if (atRisk === null) book.unpricedAtRisk += sign;
  else book.atRisk += sign * atRisk;
}

export function totalsOf(book: Book): LedgerTotals {
  const attempts: LedgerTotals["attempts"] = { ...book.attempts };
  if (book.pending > 0) attempts.pending = book.pending;
  const invalid = book.states[ROW.invalid] ?? 0;
  return {
    ...standingsOf(book.states),
    ...(invalid > 0 ? { invalid } : {}),
    ...(book.left > 0 ? { left: book.left } : {}),
    attempts,
    usage: { ...book.usage },
    cost: book.cost,
    unknownCost: book.unknownCost,
    atRisk: book.atRisk,
    unpricedAtRisk: book.unpricedAtRisk,
  };
}
