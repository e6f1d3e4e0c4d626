import type { CostBound } from "../model/budget.ts";
import { costOf, type Price } from "../model/provider.ts";
import type { Request } from "../model/request.ts";
import { NO_USAGE } from "../model/usage.ts";
import { readDemand } from "./body-demand.ts";

/** How far one answer of a model can go, as its provider publishes it. */
export interface AnswerBounds {
  /** Tokens of prompt and answer together; null = not published, or not one context per answer. */
  contextTokens: number | null;
  /** Whether a cap on output tokens holds for everything that is billed as output. */
  capHolds: "always" | "without-reasoning" | "never";
}

export const UNBOUNDED: AnswerBounds = { contextTokens: null, capHolds: "never" };

/**
 * Tokens a provider may put around a prompt by itself: the sample in docs.x.ai's chat reference has a prompt of 706
 * tokens for a sentence.
 */
const HIDDEN_PROMPT_TOKENS = 1024;
const NOT_AT_ALL: CostBound = { most: null, capped: false };

export interface PricedBounds {
  price: Price | null;
  bounds: AnswerBounds;
  /** What service tier "priority" costs times the table's price; null = unknown. */
  priorityFactor: number | null;
}

/** The most a request can be billed. A token of text is never less than a byte, whatever the tokenizer. */
export function costBoundOf(
  { path, body, samples }: Request,
  { price, bounds, priorityFactor }: PricedBounds,
): CostBound {
  const demand = readDemand(path, body);
  const factor = demand.priority ? priorityFactor : 1;
  if (price === null || demand.isOpenEnded || factor === null) return NOT_AT_ALL;
  const context = bounds.contextTokens ?? Number.POSITIVE_INFINITY;
  const capHolds =
    bounds.capHolds === "always" || (bounds.capHolds === "without-reasoning" && demand.withoutReasoning);
  const cap = capHolds ? Math.max(0, demand.cap ?? context) : context;
  const outputTokens = demand.answersInTokens ? Math.min(cap, context) : 0;
  if (!Number.isFinite(outputTokens)) return NOT_AT_ALL;
  const inputTokens = Math.min(body.length + HIDDEN_PROMPT_TOKENS, context);
  const cost = costOf(price, { ...NO_USAGE, inputTokens, outputTokens: outputTokens * samples });
  const capped = !demand.answersInTokens || (capHolds && demand.cap !== null);
  return { most: cost === null ? null : Math.ceil(cost.ticks * factor), capped };
}
