import { type BudgetTerms, DEFAULT_BUDGET_MODE, openEndedAtOnce } from "../model/budget.ts";
import { formatCount } from "../model/count.ts";
import { UsageError } from "../model/errors.ts";
import type { LedgerTotals } from "../model/ledger.ts";
import { formatUsd, type Ticks } from "../model/money.ts";
import type { ModelEstimate } from "../plan/index.ts";
import type { RunRequest } from "./run-request.ts";

/** What a budget promises. */
export interface BudgetBound {
  terms: BudgetTerms;
  /** Answers that nothing bounds and that may be in flight at once. */
  openEnded: number;
  /** The most that one of them can cost; null = nobody can say. */
  each: Ticks | null;
}

/** `each`: the most that an unbounded answer can cost; null = nobody can say. */
function budgetTerms(
  { budget, budgetMode = DEFAULT_BUDGET_MODE, maxConcurrent }: RunRequest,
  { cost, atRisk }: LedgerTotals,
  each: Ticks | null,
): BudgetTerms | null {
  if (budget === undefined) return null;
  const openEnded = maxConcurrent ?? openEndedAtOnce(budget, each);
  return { limit: budget, spent: cost + atRisk, mode: budgetMode, openEnded };
}

/** By how much the budget may be passed: the answers in flight at once, each at its longest; null without one. */
export function boundOf(
  request: RunRequest,
  totals: LedgerTotals,
  { estimates, todo }: { estimates: readonly ModelEstimate[]; todo: number },
): BudgetBound | null {
  const isUnbounded = estimates.some(({ unbounded }) => unbounded > 0);
  const dearest = Math.max(0, ...estimates.map(({ dearestOpenEnded }) => dearestOpenEnded));
  const each = isUnbounded ? null : dearest;
  const terms = budgetTerms(request, totals, each);
  if (terms === null) return null;
  const openEnded = estimates.reduce((sum, estimate) => sum + estimate.openEnded, 0);
  return {
    terms,
    openEnded: terms.mode === "strict" ? 0 : Math.min(openEnded, todo, terms.openEnded),
    each,
  };
}

/** The same for rows that nobody has seen yet. */
export function boundOfArrivals(request: RunRequest, totals: LedgerTotals): BudgetBound | null {
  const terms = budgetTerms(request, totals, null);
  if (terms === null) return null;
  return { terms, openEnded: terms.mode === "strict" ? 0 : terms.openEnded, each: null };
}

/** The most that is spent beyond the budget while no answer is lost; null = nobody can say. */
export function overshootOf({ openEnded, each }: BudgetBound): Ticks | null {
  if (openEnded === 0) return 0;
  return each === null ? null : openEnded * each;
}

/** The promise in words. */
export function budgetText(bound: BudgetBound): string {
  const { terms, openEnded, each } = bound;
  const budget = `budget ${formatUsd(terms.limit)}`;
  const spent = terms.spent === 0 ? "" : ` (${formatUsd(terms.spent)} of it spent or at risk)`;
  if (openEnded === 0) return `${budget}${spent}, which is never passed`;
  const answers = openEnded === 1 ? "1 answer" : `${formatCount(openEnded)} answers`;
  const most = overshootOf(bound);
  if (most === null || each === null) {
    return `${budget}${spent}, passed at worst by an unknown sum (${answers} in flight whose cost nothing bounds)`;
  }
  return `${budget}${spent}, passed at worst by ${formatUsd(most)} (${answers} in flight whose length no cap holds) and ${formatUsd(each)} for each answer lost`;
}

/** A strict budget can only be kept where something bounds every answer. */
export function refuseUnboundedBudget({ budgetMode }: RunRequest, estimates: readonly ModelEstimate[]): void {
  const unbounded = estimates.reduce((sum, estimate) => sum + estimate.unbounded, 0);
  if (budgetMode !== "strict" || unbounded === 0) return;
  const rows = unbounded === 1 ? "1 row" : `${formatCount(unbounded)} rows`;
  throw new UsageError(
    `--budget-mode strict cannot be kept, since nothing bounds what ${rows} can cost (images, audio, the provider's own tools, or a model without a known context); leave those out, or leave the option out`,
  );
}
