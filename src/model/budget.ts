import type { Ticks } from "./money.ts";

/**
 * How a budget counts an answer whose length nothing in the request bounds. "learned": by the dearest seen, after
 * a sample; "strict": always by the most it can cost.
 */
export const BUDGET_MODES = ["learned", "strict"] as const;
export type BudgetMode = (typeof BUDGET_MODES)[number];
export const DEFAULT_BUDGET_MODE: BudgetMode = "learned";

/** Answers of unbounded length in flight under a small learned budget, unless `-j` says otherwise. */
const FEWEST_OPEN_ENDED = 64;

/**
 * How many of them may be in flight, as each may cost more than was held back for it: in a large run so many that at
 * worst the budget is spent once more. `each`: the most that one can cost; null = unknown.
 */
export function openEndedAtOnce(limit: Ticks, each: Ticks | null): number {
  return Math.max(FEWEST_OPEN_ENDED, each === null || each === 0 ? 0 : Math.floor(limit / each));
}

export interface BudgetTerms {
  limit: Ticks;
  /** What the ledger already holds, money at risk included. */
  spent: Ticks;
  mode: BudgetMode;
  /** The most answers of unbounded length in flight, for the learned mode. */
  openEnded: number;
}

/** The most that one exchange can be billed. */
export interface CostBound {
  /** Null where nothing bounds it, or nobody tells the price. */
  most: Ticks | null;
  /** True where the request's bytes and an enforced cap bound it; false where at best the model's context does. */
  capped: boolean;
}
