/** Beyond the old plateau by this many times its length the curve leaves the cubic for an exponential. */
const BEYOND = 1.15;
const REDISCOVERY = 0.05;
const SHORTEST_REDISCOVERY_MS = 8000;

export interface Growth {
  /** The rate at which the provider last turned something away. */
  plateau: number;
  /** The share of it at which growth began. */
  from: number;
  /** How long it takes to come back to the plateau. */
  lengthMs: number;
}

/**
 * CUBIC's curve: fast away from what was too low, slow around what was too much, fast again beyond it. The exponential
 * tail finds a limit that was raised.
 */
export function grown({ plateau, from, lengthMs }: Growth, elapsedMs: number, latencyMs: number): number {
  const depth = 1 - from;
  const progress = elapsedMs / lengthMs;
  const cubic = plateau * (1 + depth * (progress - 1) ** 3);
  if (progress <= BEYOND) return cubic;
  const scale = Math.max(SHORTEST_REDISCOVERY_MS, lengthMs / 4, latencyMs);
  const beyond = Math.exp((elapsedMs - BEYOND * lengthMs) / scale) - 1;
  return Math.max(cubic, plateau * (1 + depth * (BEYOND - 1) ** 3 + REDISCOVERY * beyond));
}

/** Probing takes at least this long, and about so many requests. */
const SHORTEST_MS = 5000;
const SHORT_MS = 12_000;
const LONGEST_MS = 90_000;
const REQUESTS = 200;
/** However slow the provider is: a probe costs one or two of them. */
const FEWEST_REQUESTS = 40;
const FIRST_REQUESTS = 20;
/** The longer cycles agree, the longer the next one, and the less it cuts; else shorter, to find out sooner. */
const LONGER = 1.7;
const SHORTER = 0.6;
const FROM = [0.88, 0.92, 0.96] as const;

/** The growth after a pause. `timescaleMs`: no probing is faster than the provider's own pauses and answers. */
export function nextGrowth(
  last: Growth | null,
  { plateau, agreed, timescaleMs }: { plateau: number; agreed: number; timescaleMs: number },
): Growth {
  const shortest = Math.max(SHORTEST_MS, FIRST_REQUESTS / plateau);
  const lastMs = Math.max(shortest, last?.lengthMs ?? shortest);
  const longest = Math.max(LONGEST_MS, FEWEST_REQUESTS / plateau);
  const target = Math.min(longest, Math.max(SHORT_MS, REQUESTS / plateau, timescaleMs));
  const wish = agreed > 0 ? LONGER * lastMs : Math.max(shortest, SHORTER * lastMs);
  const lengthMs = Math.max(Math.min(target, wish), Math.min(longest, timescaleMs));
  return { plateau, lengthMs, from: FROM[Math.min(agreed, 2)] ?? 0.96 };
}
