import type { Random } from "./random.ts";

/** How a latency or a length is spread. */
export type Distribution =
  | { kind: "constant"; value: number }
  | { kind: "uniform"; from: number; to: number }
  | { kind: "lognormal"; median: number; sigma: number };

const SIGMA = /^\d+(?:\.\d+)?$/;

/**
 * Reads "800ms" (always), "1s-4s" (uniform between) or "lognormal:2s,0.5" (median and sigma of the logarithm).
 * `readValue` reads one value in its unit; null for anything that is none of the three forms.
 */
export function parseDistribution(
  text: string,
  readValue: (text: string) => number | null,
): Distribution | null {
  const trimmed = text.trim();
  if (trimmed.startsWith("lognormal:")) {
    const [median, sigma, more] = trimmed.slice("lognormal:".length).split(",");
    const value = readValue(median ?? "");
    if (value === null || sigma === undefined || more !== undefined || !SIGMA.test(sigma.trim())) return null;
    return { kind: "lognormal", median: value, sigma: Number(sigma) };
  }
  const [first, second, third] = trimmed.split("-");
  const from = readValue(first ?? "");
  if (from === null || third !== undefined) return null;
  if (second === undefined) return { kind: "constant", value: from };
  const to = readValue(second);
  return to === null || to < from ? null : { kind: "uniform", from, to };
}

/** One value; never negative. */
export function draw(distribution: Distribution, random: Random): number {
  if (distribution.kind === "constant") return distribution.value;
  if (distribution.kind === "uniform")
    return distribution.from + (distribution.to - distribution.from) * random();
  return distribution.median * Math.exp(distribution.sigma * standardNormal(random));
}

/** The distribution in words, its values written by `write`. */
export function describeDistribution(distribution: Distribution, write: (value: number) => string): string {
  if (distribution.kind === "constant") return write(distribution.value);
  if (distribution.kind === "uniform") return `${write(distribution.from)}–${write(distribution.to)}`;
  return `about ${write(distribution.median)} (lognormal, sigma ${distribution.sigma})`;
}

/** Box and Muller's transform. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
