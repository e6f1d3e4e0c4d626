import type { CopiedRow } from "../model/ledger.ts";
import type { MemoryAttempts } from "./memory-attempts.ts";
import { isOpen, type MemoryRow } from "./memory-row.ts";
import { passesOn, ROW, statusOf } from "./row-states.ts";
import { LEADER_UNSETTLED } from "./unsent-record.ts";

/** Rows that take the outcome of an equal one, as `copies.ts` finds them on disk. */
export class MemoryCopies {
  readonly #attempts: MemoryAttempts;
  /** Every row of the plan, by its request, in order. */
  readonly #equals = new Map<string, MemoryRow[]>();
  #copied: CopiedRow[] = [];

  constructor(attempts: MemoryAttempts, rows: Iterable<MemoryRow>) {
    this.#attempts = attempts;
    for (const row of rows) this.#enter(row);
  }

  isLeader(row: MemoryRow): boolean {
    return this.#enter(row).find(isOpen) === row;
  }

  /** True when its leader was settled before, and the row is settled with it. */
  copySettled(row: MemoryRow): boolean {
    const equals = this.#enter(row);
    const leader =
      equals.find(({ state, asked }) => state === ROW.answered && asked === null) ??
      equals.find(({ state }) => state === ROW.rejected);
    if (leader === undefined) return false;
    this.#attempts.copy(row, leader);
    return true;
  }

  /** Settles the copies of a row if it is settled itself. */
  follow(leader: MemoryRow): void {
    if (isOpen(leader)) return;
    for (const row of this.#enter(leader).filter(isOpen)) {
      if (passesOn(leader.state)) this.#attempts.copy(row, leader);
      else this.#attempts.skip(row.index, LEADER_UNSETTLED);
      const status = statusOf(row.state);
      if (status !== "blank") this.#copied.push({ index: row.index, status });
    }
  }

  take(): readonly CopiedRow[] {
    const copied = this.#copied;
    this.#copied = [];
    return copied;
  }

  /** The rows with the request of this one, which may be new. */
  #enter(row: MemoryRow): MemoryRow[] {
    const key = Buffer.from(row.plan.requestHash).toString("latin1");
    const equals = this.#equals.get(key);
    if (equals === undefined) {
      this.#equals.set(key, [row]);
      return [row];
    }
    const last = equals.at(-1);
    if (last !== undefined && last.index < row.index) equals.push(row);
    return equals;
  }
}
