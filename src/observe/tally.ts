import type { SettledRow } from "../model/outcome.ts";
import { addUsage, NO_USAGE } from "../model/usage.ts";
import type { Before, Tally } from "./snapshot.ts";

export function emptyTally(): Tally {
  return {
    answered: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    unsent: 0,
    usage: { ...NO_USAGE },
    cost: 0,
    unknownCost: 0,
    atRisk: 0,
    unpricedAtRisk: 0,
  };
}

/** Counts one more settled row; blank lines count for nothing. */
export function countRow(tally: Tally, row: SettledRow): void {
  if (row.status === "blank") return;
  tally[row.status] += 1;
  if (row.cost !== null) tally.cost += row.cost;
  else if (row.status === "answered") tally.unknownCost += 1;
  if (row.usage !== null) addUsage(tally.usage, row.usage);
}

export function settledRows(tally: Tally): number {
  return tally.answered + tally.rejected + tally.failed + tally.unknown + tally.unsent;
}

export function sumOf(before: Before | null, run: Tally): Tally {
  const sum: Tally = { ...run, usage: { ...run.usage } };
  if (before === null) return sum;
  for (const name of COUNTS) sum[name] += before[name];
  addUsage(sum.usage, before.usage);
  return sum;
}

const COUNTS = [
  ...(["answered", "rejected", "failed", "unknown", "unsent"] as const),
  ...(["cost", "unknownCost", "atRisk", "unpricedAtRisk"] as const),
];
