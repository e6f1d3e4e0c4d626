import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AppendedRow, CopiedRow } from "../model/ledger.ts";
import type { Attempts } from "./attempts.ts";
import { FIRST_SETTLED, passesOn, ROW, stateWhenSkipped, statusOf } from "./row-states.ts";
import { LEADER_UNSETTLED } from "./unsent-record.ts";

/** Open copies settled with one statement's answer; a request may have a million. */
const PAGE_ROWS = 1000;

/** Of the open rows with the same request the first is sent: the leader. */
export const IS_LEADER = `NOT EXISTS (SELECT 1 FROM plan AS earlier
  WHERE earlier.request = plan.request AND earlier.state < ${FIRST_SETTLED} AND earlier.idx < plan.idx)`;

/** Equal rows find each other by the hash of their request; a run that does not look for them need not keep the index. */
export function indexRequests(database: DatabaseSync, wanted: boolean): void {
  database.exec(
    wanted
      ? "CREATE INDEX IF NOT EXISTS plan_request ON plan(request, state)"
      : "DROP INDEX IF EXISTS plan_request",
  );
}

/** Lets rows with the same request take the outcome of one of them, within the transaction of whoever calls. */
export class Copies {
  readonly #attempts: Attempts;
  readonly #row: StatementSync;
  readonly #open: StatementSync;
  readonly #others: StatementSync;
  readonly #settled: StatementSync;
  readonly #orphans: StatementSync;

  constructor(database: DatabaseSync, attempts: Attempts) {
    const open = `SELECT idx, state FROM plan WHERE request = ? AND state < ${FIRST_SETTLED}`;
    // An answer kept from another request is nobody else's.
    const settled = (table: string) =>
      `${table}.state IN (${ROW.answered}, ${ROW.rejected}) AND ${table}.asked IS NULL`;
    this.#attempts = attempts;
    this.#row = database.prepare("SELECT request, state, answer FROM plan WHERE idx = ?");
    this.#open = database.prepare(`${open} LIMIT ${PAGE_ROWS}`);
    this.#others = database.prepare(`${open} AND idx <> ? LIMIT 1`);
    this.#settled = database.prepare(
      `SELECT idx, state, answer FROM plan WHERE request = ? AND ${settled("plan")} ORDER BY state LIMIT 1`,
    );
    this.#orphans = database.prepare(
      `SELECT idx, request FROM plan WHERE state < ${FIRST_SETTLED} AND idx > ?
         AND EXISTS (SELECT 1 FROM plan AS other WHERE other.request = plan.request AND ${settled("other")})
       ORDER BY idx LIMIT ${PAGE_ROWS}`,
    );
  }

  /** Settles the copies of a row if it is settled itself; to be called after whatever may have settled it. */
  follow(index: number, tell: (copy: CopiedRow) => void): void {
    const leader = this.#row.get(index) as unknown as Leader | undefined;
    if (leader === undefined || leader.state < FIRST_SETTLED) return;
    for (;;) {
      const page = this.#open.all(leader.request) as unknown as { idx: number; state: number }[];
      if (page.length === 0) return;
      for (const copy of page) tell({ index: copy.idx, status: this.#settle(copy, leader) });
    }
  }

  /** Settles every open row whose leader was settled before; says how many, and the first of them. */
  settleOrphans(): { settled: number; first: number } {
    let settled = 0;
    let first = Number.POSITIVE_INFINITY;
    for (let after = -1; ; ) {
      const page = this.#orphans.all(after) as unknown as { idx: number; request: Uint8Array }[];
      for (const { idx, request } of page) this.#copySettled(idx, request);
      settled += page.length;
      first = Math.min(first, page[0]?.idx ?? first);
      const last = page.at(-1);
      if (last === undefined) return { settled, first };
      after = last.idx;
    }
  }

  /** A row that has just been appended may be a copy: of one that is settled, or of one that is on its way. */
  join(appended: AppendedRow, request: Uint8Array): AppendedRow {
    if (appended.settled) return appended;
    if (this.#copySettled(appended.index, request)) return { ...appended, settled: true };
    const waits = this.#others.get(request, appended.index) !== undefined;
    return waits ? { ...appended, isCopy: true } : appended;
  }

  #settle(copy: { idx: number; state: number }, leader: Leader): CopiedRow["status"] {
    if (leader.answer !== null && passesOn(leader.state)) {
      this.#attempts.copy(copy.idx, { state: leader.state, answer: leader.answer });
      return outcomeOf(leader.state);
    }
    this.#attempts.skip(copy.idx, LEADER_UNSETTLED);
    return outcomeOf(stateWhenSkipped(copy.state));
  }

  #copySettled(index: number, request: Uint8Array): boolean {
    const leader = this.#settled.get(request) as unknown as { state: number; answer: number } | undefined;
    if (leader === undefined) return false;
    this.#attempts.copy(index, leader);
    return true;
  }
}

interface Leader {
  request: Uint8Array;
  state: number;
  answer: number | null;
}

/** No copy is a blank line. */
function outcomeOf(state: number): CopiedRow["status"] {
  const status = statusOf(state);
  return status === "blank" ? "unsent" : status;
}
