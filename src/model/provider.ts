import type { CostBound } from "./budget.ts";
import type { Ending } from "./ending.ts";
import type { Limit, ToldLimit } from "./limits.ts";
import type { Ticks } from "./money.ts";
import type { Request } from "./request.ts";
import type { ResponseHead, WireEnd } from "./transport.ts";
import type { Cost, Usage } from "./usage.ts";

/** USD ticks per token, as of a date. */
export interface Price {
  input: Ticks;
  cachedInput: Ticks;
  output: Ticks;
  /** Prompts of at least this many tokens are billed at `longFactor` throughout; null = no such rule. */
  longFrom: number | null;
  longFactor: number;
  /** The factor of the output where it differs from the prompt's; default `longFactor`. */
  longOutputFactor?: number;
  /** ISO date of the table. */
  asOf: string;
}

/** What a request was, for a classifier that must know what it is reading. */
export interface Asked {
  path: string;
  model: string;
}

/** What differs between providers, as data and small pure functions. */
export interface Provider {
  name: string;
  /** For sentences: "xAI". */
  title: string;
  /** Default base address, without a trailing slash; null when the user must give one. */
  baseUrl: string | null;
  /** Environment variable of the key; null when none is sent unless the user names one. */
  apiKeyEnv: string | null;
  /** Hosts the key may go to. */
  hosts: readonly string[];
  /** True when its answers are rehearsals. */
  simulated: boolean;
  /** The highest tier published, or null when the provider has none. */
  highestTier: number | null;
  publishedLimits(model: string, tier: number): readonly Limit[];
  price(model: string): Price | null;
  /** The most an exchange can be billed, from what its body says. Reads the whole body: asked for under a budget only. */
  costBound(request: Request): CostBound;
  /** Models known by name, for "did you mean". */
  models: readonly string[];
  headers(apiKey: string | null): Record<string, string>;
  /** The one table: what a wire end means. */
  classify(end: WireEnd, asked: Asked): Ending;
  /** The limits a response's headers tell; empty for most. Called for every response: cheap where there are none. */
  limitsTold(head: ResponseHead): readonly ToldLimit[];
  /** True when the response marks itself as a simulator's. */
  isSimulated(head: ResponseHead): boolean;
}

/** The price of a usage; null when the model has none. */
export function costOf(price: Price | null, usage: Usage | null): Cost | null {
  if (price === null || usage === null) return null;
  const isLong = price.longFrom !== null && usage.inputTokens >= price.longFrom;
  const factor = isLong ? price.longFactor : 1;
  const outputFactor = isLong ? (price.longOutputFactor ?? price.longFactor) : 1;
  const cached = Math.min(usage.cachedTokens, usage.inputTokens);
  const ticks =
    factor * ((usage.inputTokens - cached) * price.input + cached * price.cachedInput) +
    outputFactor * usage.outputTokens * price.output;
  return { ticks: Math.round(ticks), source: "price-table" };
}
