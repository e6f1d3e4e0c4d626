import { isObject, type JsonObject } from "../model/json-object.ts";
import type { Asked, Price } from "../model/provider.ts";
import { costOf } from "../model/provider.ts";
import type { Cost, Usage } from "../model/usage.ts";

/** No answer has more tokens; a larger figure is no count, and its price would not fit a number. */
const MOST_TOKENS = 1e9;
/** Tiers that are billed at the table's price. xAI bills "priority" at twice the price (docs.x.ai, pricing). */
export const ORDINARY_TIERS: readonly unknown[] = [
  undefined,
  null,
  "default",
  "auto",
  "standard",
  "on_demand",
];

/** Reads chat's and Responses' names alike; null when there is no count at all. */
export function readUsage(raw: unknown): Usage | null {
  if (!isObject(raw)) return null;
  const input = count(raw.prompt_tokens) ?? count(raw.input_tokens);
  const output = count(raw.completion_tokens) ?? count(raw.output_tokens);
  const total = count(raw.total_tokens);
  if (input === null && output === null && total === null) return null;
  const inputTokens = input ?? Math.max(0, (total ?? 0) - (output ?? 0));
  // xAI's completion_tokens leaves reasoning out: 706 + 22 of 827. What is billed is total less prompt.
  const outputTokens = Math.max(output ?? 0, (total ?? 0) - inputTokens);
  const inputDetails = detailsOf(raw.prompt_tokens_details ?? raw.input_tokens_details);
  const outputDetails = detailsOf(raw.completion_tokens_details ?? raw.output_tokens_details);
  return {
    inputTokens,
    cachedTokens: Math.min(inputTokens, count(inputDetails?.cached_tokens) ?? 0),
    outputTokens,
    reasoningTokens: Math.min(outputTokens, count(outputDetails?.reasoning_tokens) ?? 0),
    totalTokens: Math.max(total ?? 0, inputTokens + outputTokens),
  };
}

/** The provider's own figure where it sends one, else price × usage, else null: unknown, never zero. */
export function readCost(
  body: JsonObject,
  usage: Usage | null,
  asked: Asked,
  prices: { price(model: string): Price | null; priorityFactor: number | null },
): Cost | null {
  const own = isObject(body.usage) ? body.usage.cost_in_usd_ticks : undefined;
  if (typeof own === "number" && Number.isSafeInteger(own) && own >= 0)
    return { ticks: own, source: "provider" };
  const factor = factorOf(body.service_tier, prices.priorityFactor);
  if (factor === null) return null;
  const price =
    (typeof body.model === "string" ? prices.price(body.model) : null) ?? prices.price(asked.model);
  const cost = costOf(price, usage);
  return cost === null ? null : { ...cost, ticks: Math.round(cost.ticks * factor) };
}

function factorOf(tier: unknown, priorityFactor: number | null): number | null {
  if (ORDINARY_TIERS.includes(tier)) return 1;
  return tier === "priority" ? priorityFactor : null;
}

function detailsOf(value: unknown): JsonObject | null {
  return isObject(value) ? value : null;
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS
    ? value
    : null;
}
