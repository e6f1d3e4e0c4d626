import { type AppendedRow, isOutdated, type OutputPosition } from "../model/ledger.ts";
import type { PlanComparison, PlanRow } from "../model/plan.ts";
import type { AnswerSample } from "./experience.ts";
import {
  compareInMemory,
  identityAsked,
  identityOf,
  type MemoryLink,
  matchInMemory,
} from "./memory-match.ts";
import { carriedRow, isOpen, type MemoryAnswer, type MemoryRow, newRow, unsentAnswer } from "./memory-row.ts";
import { ROW } from "./row-states.ts";
import { DUPLICATE_ID, INVALID_ROW } from "./unsent-record.ts";

/** States of rows that are forgotten with their plan: there is nothing to lose. */
const FORGOTTEN: readonly number[] = [ROW.todo, ROW.unsent, ROW.invalid, ROW.blank];

/** The rows of a `MemoryLedger`: those of the plan by index, the others by identity. */
export class MemoryPlan {
  #rows = new Map<number, MemoryRow>();
  #end = 0;
  /** Rows of earlier plans: one that comes back is not asked again. */
  #retired: MemoryRow[] = [];
  /** Of these, the answered rows of the plan that OUTPUT shows, and of those after it. */
  #left = new Set<MemoryRow>();
  #givenIds = new Set<string>();
  /** By settle sequence. */
  readonly #settled = new Map<number, MemoryRow>();
  #sequence = 0;

  row(index: number): MemoryRow | undefined {
    return this.#rows.get(index);
  }

  rows(): IterableIterator<MemoryRow> {
    return this.#rows.values();
  }

  /** One past the highest index. */
  get end(): number {
    return this.#end;
  }

  get left(): number {
    return this.#left.size;
  }

  compare(staged: readonly PlanRow[]): PlanComparison {
    const rows = [...this.#rows.values()];
    return compareInMemory(staged, rows, matchInMemory(staged, rows, this.#retired));
  }

  /** Returns true when the rows that OUTPUT shows no longer stand as it shows them. */
  adopt(staged: readonly PlanRow[], changed: "ask-again" | "keep", output: OutputPosition | null): boolean {
    const before = [...this.#rows.values()];
    const links = matchInMemory(staged, before, this.#retired);
    const carries = (link: MemoryLink | undefined) =>
      link !== undefined && (link.sameRequest || (changed === "keep" && link.old.state === ROW.answered));
    const carried = new Set([...links.values()].filter(carries).map(({ old }) => old));
    const retired = [...this.#retired, ...before.filter(({ state }) => !FORGOTTEN.includes(state))];
    this.#retired = retired.filter((row) => !carried.has(row));
    const left = [
      ...(isOutdated(output) ? this.#left : []),
      ...before.filter(({ state }) => state === ROW.answered),
    ];
    this.#left = new Set(left.filter((row) => !carried.has(row)));
    this.#rows = new Map();
    this.#end = 0;
    this.#givenIds = new Set();
    this.#settled.clear();
    staged.forEach((row, index) => {
      const link = links.get(index);
      this.#enter(
        link !== undefined && carries(link) ? carriedRow(index, row, link.old) : newRow(index, row),
      );
    });
    return output !== null && output.nextIndex > 0 && before.some((row) => this.#isOutdated(row, output));
  }

  /** Enters a row at the end; `stateNow` says what a row that comes back is in this run. */
  append(plan: PlanRow, stateNow: (state: number) => number): AppendedRow {
    const index = this.#end;
    const duplicate = plan.kind === "request" && plan.keyGiven && this.#givenIds.has(idOf(plan));
    const old = duplicate || plan.kind !== "request" ? undefined : this.#comeBack(plan);
    const row = old === undefined ? newRow(index, plan) : carriedRow(index, plan, old);
    if (old !== undefined) row.state = stateNow(old.state);
    if (duplicate) row.state = ROW.invalid;
    if (isOpen(row)) row.attempts = 0;
    this.#enter(row);
    return { index, settled: !isOpen(row), duplicate };
  }

  /** Gives a row another answer, or none; what was settled last comes last in the order of settling. */
  settle(row: MemoryRow, answer: ((sequence: number) => MemoryAnswer) | null): void {
    if (row.answer !== null) this.#settled.delete(row.answer.sequence);
    row.answer = null;
    if (answer === null) return;
    this.#sequence += 1;
    row.answer = answer(this.#sequence);
    this.#settled.set(this.#sequence, row);
  }

  /** At most so many answers, those settled last first; rows that left the plan after those in it. */
  latestAnswers(most: number): AnswerSample[] {
    const settled = [...[...this.#settled.values()].reverse(), ...this.#retired];
    return settled
      .filter(({ answer, state }) => state === ROW.answered && wasSent(answer))
      .slice(0, most)
      .map(sampleOf);
  }

  /** The row settled next after this sequence; null when there is none. */
  settledAfter(sequence: number): { row: MemoryRow; sequence: number } | null {
    for (let next = sequence + 1; next <= this.#sequence; next += 1) {
      const row = this.#settled.get(next);
      if (row !== undefined && !isOpen(row)) return { row, sequence: next };
    }
    return null;
  }

  prune(below: number): void {
    for (const [index, row] of this.#rows) {
      if (index >= below) return;
      // Its second copy is still to be booked.
      if (row.intents.length > 0) continue;
      this.#rows.delete(index);
      if (row.answer !== null) this.#settled.delete(row.answer.sequence);
    }
  }

  #enter(row: MemoryRow): void {
    const { plan } = row;
    this.#rows.set(row.index, row);
    this.#end = row.index + 1;
    if (plan.keyGiven) this.#givenIds.add(idOf(plan));
    if (row.answer !== null) this.#settled.set(row.answer.sequence, row);
    else if (row.state === ROW.invalid)
      this.settle(row, (sequence) => unsentAnswer(sequence, row.index, problemOf(plan)));
  }

  #isOutdated(row: MemoryRow, output: OutputPosition): boolean {
    // In completion order any row may be among those written.
    const isShown = output.order === "input" ? row.index < output.nextIndex : !isOpen(row);
    return isShown && !standsAs(row, this.#rows.get(row.index));
  }

  /** Takes a row of an earlier plan back, an answered one first. */
  #comeBack(plan: PlanRow): MemoryRow | undefined {
    if (this.#retired.length === 0) return undefined;
    const identity = identityOf(plan);
    const same = [
      ...this.#retired.filter((row) => identityOf(row.plan) === identity),
      ...this.#retired.filter((row) => identityAsked(row) === identity),
    ];
    const old =
      same.find((row) => this.#left.has(row)) ?? same.find(({ state }) => state === ROW.answered) ?? same[0];
    if (old === undefined) return undefined;
    this.#left.delete(old);
    this.#retired = this.#retired.filter((row) => row !== old);
    return old;
  }
}

function standsAs(row: MemoryRow, next: MemoryRow | undefined): boolean {
  return (
    next !== undefined &&
    next.state === row.state &&
    next.plan.line === row.plan.line &&
    next.plan.customId === row.plan.customId &&
    Buffer.compare(next.plan.sourceHash, row.plan.sourceHash) === 0 &&
    (row.state === ROW.invalid || next.answer === row.answer)
  );
}

/** What cost nothing by nobody's word was not sent: a copy, or an answer of the cache. */
function wasSent(answer: MemoryAnswer | null): boolean {
  return answer === null || answer.cost === null || answer.costSource !== null;
}

function problemOf({ kind, problem, customId }: PlanRow): { code: string; message: string } {
  return kind === "invalid"
    ? { code: INVALID_ROW, message: problem ?? "the row cannot be read" }
    : { code: DUPLICATE_ID, message: `custom_id "${customId}" was given before` };
}

function idOf({ key }: PlanRow): string {
  return Buffer.from(key).toString("latin1");
}

function sampleOf({ plan, cost, answer }: MemoryRow): AnswerSample {
  return {
    lane: plan.lane,
    cost,
    inputTokens: answer?.usage?.inputTokens ?? null,
    outputTokens: answer?.usage?.outputTokens ?? null,
    latencyMs: answer?.latencyMs ?? null,
  };
}
