import type {
  AppendedRow,
  AttemptRecord,
  BeginOptions,
  Intent,
  Ledger,
  LedgerInfo,
  LedgerTotals,
  OutputPosition,
  PlanComparison,
  PlanRow,
  PlanSettings,
  PulledRow,
  RunStart,
} from "../model/ledger.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";
import { NO_USAGE } from "../model/usage.ts";
import { MemoryPlan, type MemoryRow } from "./memory-plan.ts";

/**
 * A ledger that lives as long as its process: for one-shot sends and for arrays whose answers are held in
 * memory anyway. Same contract and same suite as the one on disk; nothing of it survives.
 */
export class MemoryLedger implements Ledger {
  #plan = new MemoryPlan();
  #staged: PlanRow[] = [];
  #settings: PlanSettings | null = null;
  #output: OutputPosition | null = null;
  /** Settled rows by settle sequence; pruned from the front. */
  readonly #settled = new Map<number, MemoryRow>();
  #sequence = 0;
  readonly #attempts: LedgerTotals["attempts"] = {};
  readonly #usage = { ...NO_USAGE };
  #cost = 0;
  #unknownCost = 0;
  #atRisk = 0;
  #unpricedAtRisk = 0;

  async info(): Promise<LedgerInfo> {
    const answered = this.#plan.rows().filter((row) => row.settled?.status === "answered");
    return {
      settings: this.#settings,
      rows: this.#plan.size,
      simulated: answered.length === 0 ? null : answered.every((row) => row.simulated),
      output: this.#output,
      totals: await this.totals(),
      unknown: this.#plan.unresolved(),
    };
  }

  async stage(rows: readonly PlanRow[]): Promise<void> {
    this.#staged.push(...rows);
  }

  async unstage(): Promise<void> {
    this.#staged = [];
  }

  async compare(): Promise<PlanComparison> {
    return this.#plan.compare(this.#staged);
  }

  async adopt(settings: PlanSettings, changed: "ask-again" | "keep"): Promise<void> {
    this.#plan = this.#plan.successor(this.#staged, changed);
    this.#staged = [];
    this.#settings = settings;
    this.#settled.clear();
    for (const row of this.#plan.rows()) if (row.settled !== null) this.#enterSettled(row);
  }

  async append(rows: readonly PlanRow[]): Promise<readonly AppendedRow[]> {
    return rows.map((row) => this.#plan.append(row));
  }

  async begin(options: BeginOptions): Promise<RunStart> {
    this.#plan.reopen(options);
    const lanes = new Map<string, number>();
    let todo = 0;
    let firstTodo = Number.POSITIVE_INFINITY;
    for (const row of this.#plan.rows()) {
      if (!row.todo) continue;
      todo += 1;
      firstTodo = Math.min(firstTodo, row.index);
      lanes.set(row.plan.lane, (lanes.get(row.plan.lane) ?? 0) + 1);
    }
    return { todo, firstTodo, lanes: [...lanes].map(([lane, count]) => ({ lane, rows: count })) };
  }

  async pull(lane: string, after: number, count: number): Promise<readonly PulledRow[]> {
    const out: PulledRow[] = [];
    for (let index = after + 1; index < this.#plan.end && out.length < count; index += 1) {
      const row = this.#plan.row(index);
      if (row === undefined || !row.todo || row.plan.lane !== lane) continue;
      const { line, offset, length, requestHash, customId } = row.plan;
      out.push({ index, line, offset, length, requestHash, customId, lane, attempts: row.attempts });
    }
    return out;
  }

  async intend(intents: readonly Intent[]): Promise<void> {
    for (const intent of intents) {
      const row = this.#plan.row(intent.index);
      if (row !== undefined) row.intent = intent;
    }
  }

  async settle(records: readonly AttemptRecord[]): Promise<void> {
    for (const record of records) {
      const row = this.#plan.row(record.index);
      if (row !== undefined) this.#record(row, record);
    }
  }

  async skip(rows: readonly { index: number; error: OutcomeError }[]): Promise<void> {
    for (const { index, error } of rows) {
      const row = this.#plan.row(index);
      if (row === undefined) continue;
      row.todo = false;
      row.settled = this.#plan.unsent(row, error);
      this.#enterSettled(row);
    }
  }

  async read(from: number, count: number, maxBytes: number): Promise<readonly SettledRow[]> {
    const out: SettledRow[] = [];
    let bytes = 0;
    for (let index = from; out.length < count && (bytes < maxBytes || out.length === 0); index += 1) {
      const settled = this.#plan.row(index)?.settled;
      if (settled === undefined || settled === null) break;
      out.push(settled);
      bytes += settled.body?.length ?? 0;
    }
    return out;
  }

  async readSettled(
    afterSequence: number,
    count: number,
    maxBytes: number,
  ): Promise<{ rows: readonly SettledRow[]; sequence: number }> {
    const rows: SettledRow[] = [];
    let sequence = afterSequence;
    let bytes = 0;
    while (sequence < this.#sequence && rows.length < count && (bytes < maxBytes || rows.length === 0)) {
      sequence += 1;
      const settled = this.#settled.get(sequence)?.settled;
      if (settled === undefined || settled === null) continue;
      rows.push(settled);
      bytes += settled.body?.length ?? 0;
    }
    return { rows, sequence };
  }

  async position(output: OutputPosition): Promise<void> {
    this.#output = output;
  }

  async prune(below: number): Promise<void> {
    for (const row of this.#plan.prune(below)) if (row.sequence !== null) this.#settled.delete(row.sequence);
  }

  async totals(): Promise<LedgerTotals> {
    const { atRisk, unpriced } = this.#plan.unresolved();
    return {
      ...this.#plan.standing(),
      attempts: { ...this.#attempts },
      usage: { ...this.#usage },
      cost: this.#cost,
      unknownCost: this.#unknownCost,
      atRisk: this.#atRisk + atRisk,
      unpricedAtRisk: this.#unpricedAtRisk + unpriced,
    };
  }

  async close(): Promise<void> {}

  #record(row: MemoryRow, record: AttemptRecord): void {
    row.intent = null;
    if (record.counts) row.attempts += 1;
    if (record.ending !== "withdrawn") {
      this.#attempts[record.ending] = (this.#attempts[record.ending] ?? 0) + 1;
    }
    if (record.atRisk === null) this.#unpricedAtRisk += 1;
    else this.#atRisk += record.atRisk;
    if (record.ending === "answered") this.#book(record);
    if (record.outcome === null) return;
    row.todo = false;
    row.held = record.outcome.held;
    row.simulated = record.outcome.simulated;
    row.settled = this.#plan.settledBy(row, record, record.outcome);
    this.#enterSettled(row);
  }

  #book(record: AttemptRecord): void {
    if (record.cost === null) this.#unknownCost += 1;
    else this.#cost += record.cost;
    const usage = record.outcome?.usage;
    if (usage === null || usage === undefined) return;
    this.#usage.inputTokens += usage.inputTokens;
    this.#usage.cachedTokens += usage.cachedTokens;
    this.#usage.outputTokens += usage.outputTokens;
    this.#usage.reasoningTokens += usage.reasoningTokens;
    this.#usage.totalTokens += usage.totalTokens;
  }

  #enterSettled(row: MemoryRow): void {
    if (row.sequence !== null) this.#settled.delete(row.sequence);
    this.#sequence += 1;
    row.sequence = this.#sequence;
    this.#settled.set(this.#sequence, row);
  }
}
