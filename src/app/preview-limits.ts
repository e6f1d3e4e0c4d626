import { formatCount } from "../model/count.ts";
import { formatDuration, MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import type { Limit } from "../model/limits.ts";

/** The limits of one model, and what is published for it: a flag above that is noted. */
export interface LimitChoice {
  model: string;
  limits: readonly Limit[];
  published: readonly Limit[];
  /** The tier the published ones hold for; null where the provider has no tiers. */
  tier: number | null;
}

/** Models told one by one; for more, the lowest and the highest limit. */
const MODELS_SHOWN = 3;

/** Every limit with where it comes from; for several models, "per model" or model by model. */
export function limitTexts(choices: readonly LimitChoice[]): string[] {
  const texts = choices.map((choice) => choice.limits.map((limit) => limitText(limit, choice)).join(", "));
  const [first = ""] = texts;
  if (texts.every((text) => text === "")) return ["no known limits"];
  if (choices.length === 1) return [first];
  if (texts.every((text) => text === first)) return [`each model ${first}`];
  if (choices.length > MODELS_SHOWN) return ["limits per model, as published"];
  return choices.map(({ model }, place) => `${model} ${texts[place] || "without known limits"}`);
}

/** "37 requests/s (published for tier 0)", "50 requests/s (--rps, above the published 37)". */
function limitText(limit: Limit, { published, tier }: LimitChoice): string {
  return `${amountText(limit)} (${sourceText(limit, published, tier)})`;
}

function sourceText(limit: Limit, published: readonly Limit[], tier: number | null): string {
  if (limit.source === "published") return tier === null ? "published" : `published for tier ${tier}`;
  if (limit.source !== "flag") return limit.source;
  const other = published.find(
    ({ dimension, windowMs }) => dimension === limit.dimension && windowMs === limit.windowMs,
  );
  const above = other !== undefined && other.perWindow < limit.perWindow;
  return above ? `${flagOf(limit)}, above the published ${formatCount(other.perWindow)}` : flagOf(limit);
}

function flagOf({ dimension, windowMs }: Limit): string {
  if (dimension === "tokens") return "--tpm";
  return windowMs === SECOND_MS ? "--rps" : "--rpm";
}

function amountText({ dimension, perWindow, windowMs }: Limit): string {
  const window = windowMs === SECOND_MS ? "s" : windowMs === MINUTE_MS ? "min" : formatDuration(windowMs);
  return `${formatCount(perWindow)} ${dimension}/${window}`;
}

/** What so much work is slowest at, and the least time that takes. */
export interface Bottleneck {
  ms: number;
  /** "37 requests/s (published for tier 0)" */
  what: string;
}

/** Null where no limit is known. */
export function bottleneckOf(choice: LimitChoice, requests: number, tokens: number): Bottleneck | null {
  const bounds = choice.limits.map((limit): Bottleneck => {
    const amount = limit.dimension === "requests" ? requests : tokens;
    return { ms: (amount / limit.perWindow) * limit.windowMs, what: limitText(limit, choice) };
  });
  return slowestOf(bounds);
}

export function slowestOf(bounds: readonly (Bottleneck | null)[]): Bottleneck | null {
  return bounds.reduce((slowest, bound) => {
    if (bound === null || slowest === null) return slowest ?? bound;
    return bound.ms > slowest.ms ? bound : slowest;
  }, null);
}
