import type { BudgetMode, CostBound } from "../model/budget.ts";
import type { Ticks } from "../model/money.ts";
import type { Job } from "./job.ts";
import type { WorstCost } from "./worst-cost.ts";

/** What is known of a request's cost when it could be sent. */
export interface Prospect {
  bound: CostBound;
  /** By the answers seen; null = none has told yet. */
  likely: Ticks | null;
  /** What most answers stay below. */
  typical: Ticks | null;
  /** Enough answers were seen for `likely` to mean something. */
  isSampled: boolean;
}

const UNKNOWN: CostBound = { most: null, capped: false };

export function prospectOf({ bound, request }: Job, cost: WorstCost): Prospect {
  return {
    bound: bound ?? UNKNOWN,
    likely: cost.learned(request),
    typical: cost.typical(request),
    isSampled: cost.isSampled,
  };
}

/** True for an answer that may cost more than is held back for it. */
export function isOpenEnded({ bound }: Prospect, mode: BudgetMode): boolean {
  return mode === "learned" && !bound.capped;
}

/** What a budget holds back for a request until its cost is known; null = nobody can say. */
export function reserveFor(prospect: Prospect, mode: BudgetMode): Ticks | null {
  const { bound, isSampled } = prospect;
  return isOpenEnded(prospect, mode) && isSampled ? likelyMost(prospect) : bound.most;
}

/** What is booked at risk for it: the sample's caution would use up the budget where a few answers are lost. */
export function riskOf(prospect: Prospect, mode: BudgetMode): Ticks | null {
  return isOpenEnded(prospect, mode) ? likelyMost(prospect) : prospect.bound.most;
}

function likelyMost({ bound, likely }: Prospect): Ticks | null {
  if (bound.most === null || likely === null) return likely ?? bound.most;
  return Math.min(bound.most, likely);
}
