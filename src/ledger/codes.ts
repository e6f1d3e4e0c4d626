import type { EndingKind } from "../model/ending.ts";
import type { OutcomeStatus } from "../model/outcome.ts";
import type { CostSource } from "../model/usage.ts";

/** The numbers under which words of the model are stored. Only ever appended to: they are in files. */
const ENDINGS: readonly ("pending" | EndingKind)[] = [
  "pending",
  "answered",
  "throttled",
  "transient",
  "ambiguous",
  "unprocessed",
  "rejected",
  "account",
];
const STATUSES: readonly OutcomeStatus[] = ["answered", "rejected", "failed", "unknown", "unsent"];
const COST_SOURCES: readonly CostSource[] = ["provider", "price-table"];

export const PENDING = 0;
export const AMBIGUOUS = endingCode("ambiguous");

export function endingCode(ending: EndingKind): number {
  return ENDINGS.indexOf(ending);
}

export function endingOf(code: number): "pending" | EndingKind | null {
  return ENDINGS[code] ?? null;
}

export function statusCode(status: OutcomeStatus): number {
  return STATUSES.indexOf(status);
}

export function costSourceCode(source: CostSource | null): number | null {
  return source === null ? null : COST_SOURCES.indexOf(source);
}

export function costSourceOf(code: number | null): CostSource | null {
  return code === null ? null : (COST_SOURCES[code] ?? null);
}
