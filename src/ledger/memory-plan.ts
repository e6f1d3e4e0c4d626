import type {
  AppendedRow,
  AttemptRecord,
  BeginOptions,
  Intent,
  LedgerTotals,
  OutcomeRecord,
  PlanComparison,
  PlanRow,
} from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";

/** A row of the plan and all that happened to it. */
export interface MemoryRow {
  index: number;
  plan: PlanRow;
  todo: boolean;
  attempts: number;
  intent: Intent | null;
  held: boolean;
  simulated: boolean;
  settled: SettledRow | null;
  sequence: number | null;
}

type Standing = Pick<
  LedgerTotals,
  "todo" | "answered" | "rejected" | "failed" | "unknown" | "unsent" | "blank"
>;

/** The plan of a `MemoryLedger`: rows by index, and by identity across plans. */
export class MemoryPlan {
  readonly #rows = new Map<number, MemoryRow>();
  readonly #seen = new Map<string, number>();
  /** Rows of earlier plans by identity: a row that comes back is not asked again. */
  readonly #retired = new Map<string, MemoryRow>();
  #end = 0;

  get size(): number {
    return this.#rows.size;
  }

  /** One past the highest index. */
  get end(): number {
    return this.#end;
  }

  row(index: number): MemoryRow | undefined {
    return this.#rows.get(index);
  }

  rows(): MemoryRow[] {
    return [...this.#rows.values()];
  }

  append(plan: PlanRow): AppendedRow {
    const key = hex(plan.key);
    const occurrence = plan.kind === "blank" ? 0 : (this.#seen.get(key) ?? 0);
    if (plan.kind !== "blank") this.#seen.set(key, occurrence + 1);
    const duplicate = plan.keyGiven && occurrence > 0;
    const known =
      plan.kind === "request" && !duplicate ? this.#known(`${key}:${occurrence}`, plan) : undefined;
    const row = this.#enter(plan, known);
    if (duplicate) {
      row.todo = false;
      row.settled = this.unsent(row, {
        code: "duplicate-id",
        message: `custom_id "${plan.customId}" was given before`,
      });
    }
    return { index: row.index, settled: row.settled !== null, duplicate };
  }

  compare(staged: readonly PlanRow[]): PlanComparison {
    const next = this.successor(staged, "ask-again");
    const before = this.rows().filter((row) => row.settled?.status === "answered");
    const kept = new Set(
      next.rows().flatMap((row) => (row.settled?.status === "answered" ? [row.settled.body] : [])),
    );
    const sources = new Set(staged.map((row) => hex(row.sourceHash)));
    const keys = new Set(staged.map((row) => hex(row.key)));
    const missing = before.filter((row) => !kept.has(row.settled?.body ?? null));
    const again = missing.filter(
      (row) => sources.has(hex(row.plan.sourceHash)) || keys.has(hex(row.plan.key)),
    );
    return {
      rows: staged.filter((row) => row.kind !== "blank").length,
      blank: staged.filter((row) => row.kind === "blank").length,
      invalid: staged.filter((row) => row.kind === "invalid").length,
      duplicates: duplicatesIn(staged),
      inCommon: this.rows().filter(
        (row) => sources.has(hex(row.plan.sourceHash)) || keys.has(hex(row.plan.key)),
      ).length,
      previousRows: this.size,
      previousAnswered: before.length,
      askedAgain: {
        rows: again.length,
        cost: again.reduce((sum, row) => sum + (row.settled?.cost ?? 0), 0),
        unknownCost: again.filter((row) => row.settled?.cost === null).length,
      },
      leaving: missing.length - again.length,
    };
  }

  /** The plan that follows this one: what was settled is carried over by identity. */
  successor(staged: readonly PlanRow[], changed: "ask-again" | "keep"): MemoryPlan {
    const next = new MemoryPlan();
    for (const [identity, row] of this.#retired) next.#retired.set(identity, row);
    for (const [identity, row] of this.#identities()) next.#retired.set(identity, row);
    const bySource = new Map(this.rows().map((row) => [hex(row.plan.sourceHash), row]));
    for (const plan of staged) {
      const { index } = next.append(plan);
      const row = next.row(index);
      const old = bySource.get(hex(plan.sourceHash));
      if (changed === "keep" && row?.todo && old?.settled) {
        row.todo = false;
        row.simulated = old.simulated;
        row.settled = { ...old.settled, index, line: plan.line, customId: plan.customId };
      }
    }
    return next;
  }

  reopen(options: BeginOptions): void {
    for (const row of this.#rows.values()) {
      row.attempts = 0;
      row.intent = null;
      if (row.plan.kind !== "request" || row.settled === null) continue;
      if (!goesAgain(row.settled.status, row.held, options)) continue;
      row.todo = true;
      row.settled = null;
    }
  }

  prune(below: number): MemoryRow[] {
    const gone: MemoryRow[] = [];
    for (const [index, row] of this.#rows) {
      if (index >= below) break;
      this.#rows.delete(index);
      gone.push(row);
    }
    return gone;
  }

  /** Intents without an outcome. */
  unresolved(): { rows: number; atRisk: Ticks; unpriced: number } {
    const intents = this.rows().flatMap((row) => (row.intent === null ? [] : [row.intent]));
    return {
      rows: intents.length,
      atRisk: intents.reduce((sum, intent) => sum + (intent.atRisk ?? 0), 0),
      unpriced: intents.filter((intent) => intent.atRisk === null).length,
    };
  }

  standing(): Standing {
    const counts: Standing = {
      todo: 0,
      answered: 0,
      rejected: 0,
      failed: 0,
      unknown: 0,
      unsent: 0,
      blank: 0,
    };
    for (const row of this.#rows.values()) counts[row.settled?.status ?? "todo"] += 1;
    return counts;
  }

  unsent(row: MemoryRow, error: OutcomeError): SettledRow {
    return { ...emptyOutcome(row), status: "unsent", error };
  }

  settledBy(row: MemoryRow, record: AttemptRecord, outcome: OutcomeRecord): SettledRow {
    const { status, requestId, body, error, finishReason, usage, cost, costSource } = outcome;
    const answer = { status, requestId, body, error, finishReason, usage, cost, costSource };
    return { ...emptyOutcome(row), ...answer, httpStatus: record.httpStatus, attempts: row.attempts };
  }

  #enter(plan: PlanRow, known: MemoryRow | undefined): MemoryRow {
    const index = this.#end;
    this.#end += 1;
    const row: MemoryRow = {
      index,
      plan,
      todo: plan.kind === "request",
      attempts: 0,
      intent: known?.intent ?? null,
      held: known?.held ?? false,
      simulated: known?.simulated ?? false,
      settled: null,
      sequence: null,
    };
    if (plan.kind === "blank") row.settled = { ...emptyOutcome(row), status: "blank" };
    if (plan.kind === "invalid") {
      row.settled = this.unsent(row, { code: "invalid-row", message: plan.problem ?? "" });
    }
    if (known?.settled) {
      row.todo = false;
      row.settled = { ...known.settled, index, line: plan.line, customId: plan.customId };
    }
    this.#rows.set(index, row);
    return row;
  }

  #known(identity: string, plan: PlanRow): MemoryRow | undefined {
    const known = this.#retired.get(identity);
    return known !== undefined && hex(known.plan.requestHash) === hex(plan.requestHash) ? known : undefined;
  }

  #identities(): [string, MemoryRow][] {
    const seen = new Map<string, number>();
    return this.rows().flatMap((row) => {
      if (row.plan.kind !== "request") return [];
      const key = hex(row.plan.key);
      const occurrence = seen.get(key) ?? 0;
      seen.set(key, occurrence + 1);
      return [[`${key}:${occurrence}`, row]];
    });
  }
}

function goesAgain(status: SettledRow["status"], held: boolean, options: BeginOptions): boolean {
  if (status === "failed" || status === "unsent") return true;
  if (status === "unknown") return !held || options.retryUnknown;
  return status === "rejected" && options.retryFailed;
}

function duplicatesIn(staged: readonly PlanRow[]): PlanComparison["duplicates"] {
  const lines = new Map<string, number[]>();
  for (const row of staged) {
    if (!row.keyGiven || row.customId === null) continue;
    lines.set(row.customId, [...(lines.get(row.customId) ?? []), row.line]);
  }
  const all = [...lines].filter(([, where]) => where.length > 1);
  return {
    total: all.length,
    first: all.slice(0, 20).map(([customId, where]) => ({ customId, lines: where })),
  };
}

function emptyOutcome(row: MemoryRow): SettledRow {
  return {
    index: row.index,
    line: row.plan.line,
    customId: row.plan.customId,
    status: "unsent",
    httpStatus: null,
    requestId: null,
    body: null,
    error: null,
    finishReason: null,
    usage: null,
    cost: null,
    costSource: null,
    attempts: row.attempts,
    offset: row.plan.offset,
    length: row.plan.length,
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
