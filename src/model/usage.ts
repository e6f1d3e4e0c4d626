import type { Ticks } from "./money.ts";

/** What one answer used, as the provider reported it. Tokens; `outputTokens` is all that is billed as output. */
export interface Usage {
  inputTokens: number;
  /** Part of `inputTokens` read from the provider's prompt cache. */
  cachedTokens: number;
  /** Billed output, reasoning included (xAI chat: total − prompt). */
  outputTokens: number;
  /** Part of `outputTokens` spent on reasoning. */
  reasoningTokens: number;
  totalTokens: number;
}

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
};

/** Adds tokens to a sum. */
export function addUsage(sum: Usage, more: Usage): void {
  sum.inputTokens += more.inputTokens;
  sum.cachedTokens += more.cachedTokens;
  sum.outputTokens += more.outputTokens;
  sum.reasoningTokens += more.reasoningTokens;
  sum.totalTokens += more.totalTokens;
}

/** Where a cost comes from: the provider's own figure, or a dated price table. */
export type CostSource = "provider" | "price-table";

/** The price of one answer; `null` wherever a cost stands means "unknown", never zero. */
export interface Cost {
  ticks: Ticks;
  source: CostSource;
}
