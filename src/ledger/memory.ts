import type { LaneExperience } from "../model/experience.ts";
import type {
  AppendedRow,
  AttemptRecord,
  BeginOptions,
  CopiedRow,
  Intent,
  Ledger,
  LedgerInfo,
  LedgerTotals,
  OutputPosition,
  PulledRow,
  RunStart,
} from "../model/ledger.ts";
import type { OutcomeError, Readable, SettledRow } from "../model/outcome.ts";
import type { PlanComparison, PlanRow, PlanSettings } from "../model/plan.ts";
import { emptyBook, moveRows, noRows, totalsOf } from "./book.ts";
import { experienceOf, RECENT_ANSWERS } from "./experience.ts";
import { MemoryAttempts } from "./memory-attempts.ts";
import { MemoryCopies } from "./memory-copies.ts";
import { MemoryPlan } from "./memory-plan.ts";
import { isOpen, type MemoryRow, settledRowOf } from "./memory-row.ts";
import { isReadable, ROW, reopenings } from "./row-states.ts";

/**
 * A ledger that lives as long as its process: for one-shot sends and for arrays whose answers are held in
 * memory anyway. Same contract, states and suite as the one on disk; nothing of it survives. `close` ends a run.
 */
export class MemoryLedger implements Ledger {
  readonly #plan = new MemoryPlan();
  readonly #book = emptyBook();
  readonly #attempts = new MemoryAttempts(this.#plan, this.#book);
  /** Null while every row is sent by itself. */
  #copies: MemoryCopies | null = null;
  #staged: PlanRow[] = [];
  #settings: PlanSettings | null = null;
  /** What becomes of rows that come back in this run; null while none has begun. */
  #reopening: ReadonlyMap<number, number> | null = null;

  async info(): Promise<LedgerInfo> {
    const { heard, simulated, output } = this.#book;
    return {
      settings: this.#settings,
      rows: this.#book.rows,
      simulated: heard === 0 ? null : simulated > 0,
      output,
      totals: await this.totals(),
      unknown: this.#unknown(),
    };
  }

  async stage(rows: readonly PlanRow[]): Promise<void> {
    for (const row of rows) this.#staged.push(row);
  }

  async unstage(): Promise<void> {
    this.#staged = [];
  }

  async compare(): Promise<PlanComparison> {
    return this.#plan.compare(this.#staged);
  }

  async adopt(settings: PlanSettings, changed: "ask-again" | "keep"): Promise<void> {
    this.#attempts.resolve();
    const outdated = this.#plan.adopt(this.#staged, changed, this.#book.output);
    if (outdated && this.#book.output !== null) this.#book.output = { ...this.#book.output, nextIndex: 0 };
    this.#staged = [];
    this.#settings = settings;
    this.#book.rows = this.#plan.end;
    this.#book.states = noRows();
    this.#book.left = this.#plan.left;
    for (const row of this.#plan.rows()) moveRows(this.#book, null, row.state);
  }

  async append(rows: readonly PlanRow[]): Promise<readonly AppendedRow[]> {
    return rows.map((plan) => {
      const appended = this.#plan.append(plan, (state) => this.#reopening?.get(state) ?? state);
      const state = this.#plan.row(appended.index)?.state ?? ROW.todo;
      this.#book.left = this.#plan.left;
      moveRows(this.#book, null, state);
      this.#book.rows += 1;
      return this.#joined(appended);
    });
  }

  async begin(options: BeginOptions): Promise<RunStart> {
    this.#attempts.resolve();
    this.#reopening = reopenings(options);
    for (const row of this.#plan.rows()) this.#reopen(row, this.#reopening);
    this.#copies = options.dedupe ? new MemoryCopies(this.#attempts, this.#plan.rows()) : null;
    const lanes = new Map<string, number>();
    const copies = { waiting: 0, settled: 0 };
    let firstTodo = Number.POSITIVE_INFINITY;
    for (const row of this.#plan.rows()) {
      if (!isOpen(row)) continue;
      firstTodo = Math.min(firstTodo, row.index);
      if (this.#copies?.copySettled(row)) copies.settled += 1;
      else if (this.#copies?.isLeader(row) === false) copies.waiting += 1;
      else lanes.set(row.plan.lane, (lanes.get(row.plan.lane) ?? 0) + 1);
    }
    const todo = [...lanes.values()].reduce((sum, rows) => sum + rows, 0);
    const start = { todo, firstTodo, lanes: [...lanes].map(([lane, rows]) => ({ lane, rows })) };
    return options.dedupe ? { ...start, copies } : start;
  }

  async pull(lane: string, after: number, count: number): Promise<readonly PulledRow[]> {
    const out: PulledRow[] = [];
    for (let index = after + 1; index < this.#plan.end && out.length < count; index += 1) {
      const row = this.#plan.row(index);
      if (row === undefined || !isOpen(row) || row.plan.lane !== lane) continue;
      if (this.#copies?.isLeader(row) === false) continue;
      const { line, offset, length, requestHash, customId } = row.plan;
      out.push({ index, line, offset, length, requestHash, customId, lane, attempts: row.attempts });
    }
    return out;
  }

  async intend(intents: readonly Intent[]): Promise<void> {
    for (const intent of intents) this.#attempts.intend(intent);
  }

  async settle(records: readonly AttemptRecord[]): Promise<void> {
    for (const record of records) {
      this.#attempts.settle(record);
      this.#follow(record.index);
    }
  }

  async skip(rows: readonly { index: number; error: OutcomeError }[]): Promise<void> {
    for (const { index, error } of rows) {
      this.#attempts.skip(index, error);
      this.#follow(index);
    }
  }

  async takeCopies(): Promise<readonly CopiedRow[]> {
    return this.#copies?.take() ?? [];
  }

  async read(
    from: number,
    count: number,
    maxBytes: number,
    which: Readable = "settled",
  ): Promise<readonly SettledRow[]> {
    const out: SettledRow[] = [];
    let bytes = 0;
    for (let index = from; out.length < count && (bytes < maxBytes || out.length === 0); index += 1) {
      const row = this.#plan.row(index);
      if (row === undefined) break;
      if (which === "settled" && !isReadable(row.state, this.#reopening !== null)) break;
      out.push(settledRowOf(row));
      bytes += row.answer?.body?.length ?? 0;
    }
    return out;
  }

  /** Blank lines settle nothing and have no place in the order of completion. */
  async readSettled(
    afterSequence: number,
    count: number,
    maxBytes: number,
  ): Promise<{ rows: readonly SettledRow[]; sequence: number }> {
    const rows: SettledRow[] = [];
    let sequence = afterSequence;
    let bytes = 0;
    while (rows.length < count && (bytes < maxBytes || rows.length === 0)) {
      const next = this.#plan.settledAfter(sequence);
      if (next === null) break;
      sequence = next.sequence;
      rows.push(settledRowOf(next.row));
      bytes += next.row.answer?.body?.length ?? 0;
    }
    return { rows, sequence };
  }

  async position(output: OutputPosition): Promise<void> {
    this.#book.output = output;
  }

  async prune(below: number): Promise<void> {
    this.#plan.prune(below);
  }

  async totals(): Promise<LedgerTotals> {
    return totalsOf(this.#book);
  }

  async experience(): Promise<readonly LaneExperience[]> {
    return experienceOf(this.#plan.latestAnswers(RECENT_ANSWERS));
  }

  async close(): Promise<void> {
    this.#reopening = null;
  }

  #reopen(row: MemoryRow, reopening: ReadonlyMap<number, number>): void {
    const state = reopening.get(row.state) ?? row.state;
    if (row.state === ROW.unsent) this.#plan.settle(row, null);
    moveRows(this.#book, row.state, state);
    row.state = state;
    if (isOpen(row)) row.attempts = 0;
  }

  #joined(appended: AppendedRow): AppendedRow {
    const row = this.#plan.row(appended.index);
    if (this.#copies === null || row === undefined || !isOpen(row)) return appended;
    if (this.#copies.copySettled(row)) return { ...appended, settled: true };
    return this.#copies.isLeader(row) ? appended : { ...appended, isCopy: true };
  }

  #follow(index: number): void {
    const row = this.#plan.row(index);
    if (row !== undefined) this.#copies?.follow(row);
  }

  /** Rows that may have been sent, without an outcome; intents of a run that lives are its own. */
  #unknown(): LedgerInfo["unknown"] {
    const unknown = { rows: 0, atRisk: 0, unpriced: 0 };
    for (const row of this.#plan.rows()) {
      const lost = row.state === ROW.lost;
      const pending = this.#reopening === null ? row.intents : [];
      if (lost || (isOpen(row) && pending.length > 0)) unknown.rows += 1;
      unknown.atRisk += pending.reduce((sum, { atRisk }) => sum + (atRisk ?? 0), lost ? row.risk : 0);
      unknown.unpriced += pending.filter(({ atRisk }) => atRisk === null).length + (lost ? row.unpriced : 0);
    }
    return unknown;
  }
}
