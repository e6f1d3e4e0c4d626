import { TICKS_PER_USD } from "../model/money.ts";

/** xAI's published limits and prices as the simulator enforces and bills them (docs.x.ai, autumn 2026). */
interface PublishedModel {
  /** Requests per second for tiers 0 to 4. */
  rps: readonly number[];
  /** Tokens per minute for tiers 0 to 4. */
  tpm: readonly number[];
  /** USD per million tokens. */
  inputUsd: number;
  outputUsd: number;
}

/** A minute's requests cannot be spent in one second: RPS = RPM / 48 (docs.x.ai, rate limits). */
export const RPM_PER_RPS = 48;

export const HIGHEST_TIER = 4;

/** A prompt of so many tokens or more is billed at double prices throughout. */
const LONG_PROMPT_TOKENS = 200_000;
const LONG_PROMPT_FACTOR = 2;

const TICKS_PER_MICRO_USD = TICKS_PER_USD / 1_000_000;

const LARGE = { rps: [150, 172, 208, 312, 500], tpm: millions(50, 53, 60, 74, 100) };
const MIDDLE = { rps: [37, 50, 75, 125, 208], tpm: millions(10, 15, 25, 45, 85) };
const AGENTS = { rps: [9, 12, 18, 31, 56], tpm: millions(2.5, 3.7, 6.2, 11, 21) };

const FOUR_THREE = { inputUsd: 1.25, outputUsd: 2.5 };
const NEWEST = { inputUsd: 2, outputUsd: 6 };

const MODELS: ReadonlyMap<string, PublishedModel> = new Map([
  ["grok-4.7", { ...LARGE, ...NEWEST }],
  ["grok-4.6", { ...LARGE, ...NEWEST }],
  ["grok-4.5", { ...LARGE, ...NEWEST }],
  ["grok-4.3", { ...MIDDLE, ...FOUR_THREE }],
  ["grok-4.20-0309-reasoning", { ...MIDDLE, ...FOUR_THREE }],
  ["grok-4.20-0309-non-reasoning", { ...MIDDLE, ...FOUR_THREE }],
  ["grok-4.20-multi-agent-0309", { ...AGENTS, ...FOUR_THREE }],
  ["grok-build-0.1", { ...MIDDLE, inputUsd: 1, outputUsd: 2 }],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["grok-4.7-latest", "grok-4.7"],
  ["grok-4.6-latest", "grok-4.6"],
  ["grok-4.5-latest", "grok-4.5"],
  ["grok-4.3-latest", "grok-4.3"],
  ["grok-4.20", "grok-4.20-0309-reasoning"],
  ["grok-4.20-reasoning-latest", "grok-4.20-0309-reasoning"],
  ["grok-4.20-non-reasoning", "grok-4.20-0309-non-reasoning"],
  ["grok-4.20-non-reasoning-latest", "grok-4.20-0309-non-reasoning"],
  ["grok-4.20-multi-agent", "grok-4.20-multi-agent-0309"],
  ["grok-4.20-multi-agent-latest", "grok-4.20-multi-agent-0309"],
  ["grok-build-latest", "grok-build-0.1"],
]);

export const PUBLISHED_MODELS: readonly string[] = [...MODELS.keys()];

/** The published name behind an alias; null for a model xAI does not list. */
export function resolveModel(name: string): string | null {
  const resolved = ALIASES.get(name) ?? name;
  return MODELS.has(resolved) ? resolved : null;
}

/** Requests per second and tokens per minute of a published model; null for any other. */
export function publishedLimits(model: string, tier: number): { rps: number; tpm: number } | null {
  const published = MODELS.get(model);
  const rps = published?.rps[tier];
  const tpm = published?.tpm[tier];
  return rps === undefined || tpm === undefined ? null : { rps, tpm };
}

/** What one answer costs, in ticks of 1e-10 USD; null for a model without a published price. */
export function billedTicks(model: string, promptTokens: number, outputTokens: number): number | null {
  const price = MODELS.get(model);
  if (price === undefined) return null;
  const factor = promptTokens >= LONG_PROMPT_TOKENS ? LONG_PROMPT_FACTOR : 1;
  // One token at 1 USD per million costs one millionth of a USD.
  const microUsd = promptTokens * price.inputUsd + outputTokens * price.outputUsd;
  return Math.round(microUsd * TICKS_PER_MICRO_USD * factor);
}

function millions(...amounts: readonly number[]): readonly number[] {
  return amounts.map((amount) => amount * 1_000_000);
}
