/**
 * Money inside Sluice is an integer number of ticks, 1 tick = 1e-10 USD: the unit of xAI's
 * `cost_in_usd_ticks` (docs.x.ai, Batch API). A double holds whole ticks up to $900,719.
 */
export type Ticks = number;

export const TICKS_PER_USD = 1e10;

export function usdToTicks(usd: number): Ticks {
  return Math.round(usd * TICKS_PER_USD);
}

export function ticksToUsd(ticks: Ticks): number {
  return ticks / TICKS_PER_USD;
}

/** "$4.10", "$0.0021", "$0.00": two decimals from a dollar on, at least two significant digits below. */
export function formatUsd(ticks: Ticks): string {
  const usd = ticksToUsd(ticks);
  if (usd === 0 || Math.abs(usd) >= 1) return `$${usd.toFixed(2)}`;
  const decimals = Math.min(10, Math.max(2, 1 - Math.floor(Math.log10(Math.abs(usd)))));
  return `$${usd.toFixed(decimals)}`;
}
