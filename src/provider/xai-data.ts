import { MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import type { Limit } from "../model/limits.ts";
import { usdToTicks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";
import type { AnswerBounds } from "./cost-bound.ts";

/** Prices: docs.x.ai/developers/pricing as of this date. Limits: docs.x.ai/developers/rate-limits, October 2026. */
const PRICES_AS_OF = "2026-09-21";
/** The whole request is billed at twice the price from this many prompt tokens on. */
const LONG_FROM = 200_000;
const LONG_FACTOR = 2;

/** A family shares prices and limits; each model with its aliases. Limits per tier, 0 to 4. */
interface Family {
  models: Readonly<Record<string, readonly string[]>>;
  /** Tokens of prompt and answer together (docs.x.ai/developers/models, October 2026). */
  contextTokens: number;
  /** USD per million tokens. */
  usdPerMillion: { input: number; cachedInput: number; output: number };
  requestsPerSecond: readonly number[];
  millionTokensPerMinute: readonly number[];
}

const NEWEST = {
  requestsPerSecond: [150, 172, 208, 312, 500],
  millionTokensPerMinute: [50, 53, 60, 74, 100],
};
const MIDDLE = {
  requestsPerSecond: [37, 50, 75, 125, 208],
  millionTokensPerMinute: [10, 15, 25, 45, 85],
};

const FAMILIES: readonly Family[] = [
  {
    models: { "grok-4.7": ["grok-4.7-latest"], "grok-4.6": ["grok-4.6-latest"] },
    contextTokens: 500_000,
    usdPerMillion: { input: 2, cachedInput: 0.5, output: 6 },
    ...NEWEST,
  },
  {
    models: { "grok-4.5": ["grok-4.5-latest"] },
    contextTokens: 500_000,
    usdPerMillion: { input: 2, cachedInput: 0.3, output: 6 },
    ...NEWEST,
  },
  {
    models: {
      "grok-4.3": ["grok-4.3-latest"],
      "grok-4.20-0309-reasoning": ["grok-4.20", "grok-4.20-reasoning-latest"],
      "grok-4.20-0309-non-reasoning": ["grok-4.20-non-reasoning", "grok-4.20-non-reasoning-latest"],
    },
    contextTokens: 1_000_000,
    usdPerMillion: { input: 1.25, cachedInput: 0.2, output: 2.5 },
    ...MIDDLE,
  },
  {
    models: { "grok-4.20-multi-agent-0309": ["grok-4.20-multi-agent", "grok-4.20-multi-agent-latest"] },
    contextTokens: 1_000_000,
    usdPerMillion: { input: 1.25, cachedInput: 0.2, output: 2.5 },
    requestsPerSecond: [9, 12, 18, 31, 56],
    millionTokensPerMinute: [2.5, 3.7, 6.2, 11, 21],
  },
  {
    models: { "grok-build-0.1": ["grok-build-latest"] },
    contextTokens: 256_000,
    usdPerMillion: { input: 1, cachedInput: 0.2, output: 2 },
    ...MIDDLE,
  },
];

const familyOf = new Map<string, Family>(
  FAMILIES.flatMap((family) =>
    Object.entries(family.models).flatMap(([model, aliases]) =>
      [model, ...aliases].map((name): [string, Family] => [name, family]),
    ),
  ),
);

/** Every model and alias known by name. */
export const xaiModels: readonly string[] = [...familyOf.keys()];

export const XAI_HIGHEST_TIER = 4;

/** Null for a model the table does not hold: unknown. */
export function xaiPrice(model: string): Price | null {
  const family = familyOf.get(model);
  if (family === undefined) return null;
  const { input, cachedInput, output } = family.usdPerMillion;
  return {
    input: ticksPerToken(input),
    cachedInput: ticksPerToken(cachedInput),
    output: ticksPerToken(output),
    longFrom: LONG_FROM,
    longFactor: LONG_FACTOR,
    asOf: PRICES_AS_OF,
  };
}

/** Every kind of token costs that much more where requests are processed in the US only (docs.x.ai/developers/pricing). */
const US_REGION_FACTOR = 1.1;

export function xaiPriceInUsRegion(model: string): Price | null {
  const price = xaiPrice(model);
  if (price === null) return null;
  const dearer = (ticks: number) => Math.round(ticks * US_REGION_FACTOR);
  const { input, cachedInput, output } = price;
  return { ...price, input: dearer(input), cachedInput: dearer(cachedInput), output: dearer(output) };
}

/**
 * xAI's caps count visible tokens only: reasoning is billed beyond them (docs.x.ai, chat completions), so they hold
 * where there is no reasoning. A multi-agent model fills several contexts for one answer.
 */
const UNCOUNTED_CONTEXTS = /multi-agent/;
const NEVER_REASONS = /non-reasoning/;
/** Models whose reasoning can be switched off by the effort "none". */
const REASONING_OPTIONAL = /^grok-4\.3(-latest)?$/;

export function xaiAnswerBounds(model: string): AnswerBounds {
  const context = UNCOUNTED_CONTEXTS.test(model) ? null : familyOf.get(model)?.contextTokens;
  const whenNone = REASONING_OPTIONAL.test(model) ? "without-reasoning" : "never";
  return { contextTokens: context ?? null, capHolds: NEVER_REASONS.test(model) ? "always" : whenNone };
}

/** Requests per second and tokens per minute of a team's tier, 0 to 4; empty for an unknown model. */
export function xaiLimits(model: string, tier: number): readonly Limit[] {
  const family = familyOf.get(model);
  const requests = family?.requestsPerSecond[tier];
  const millionTokens = family?.millionTokensPerMinute[tier];
  if (requests === undefined || millionTokens === undefined) return [];
  return [
    { dimension: "requests", perWindow: requests, windowMs: SECOND_MS, source: "published" },
    { dimension: "tokens", perWindow: millionTokens * 1e6, windowMs: MINUTE_MS, source: "published" },
  ];
}

function ticksPerToken(usdPerMillion: number): number {
  return usdToTicks(usdPerMillion) / 1e6;
}
