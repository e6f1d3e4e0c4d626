import type { DatabaseSync } from "node:sqlite";
import type { LedgerState } from "./ledger-state.ts";

/** Attempts looked through: the latest. */
const RECENT_ATTEMPTS = 4000;
/** From this schema on an attempt holds the time to its first token. */
const FIRST_SCHEMA = 4;

/** How long the latest answers that streamed took to begin, in ms. */
export interface FirstTokens {
  attempts: number;
  p50: number;
  p95: number;
  max: number;
}

/** Null where none streamed. */
export function recentFirstTokens(
  database: DatabaseSync,
  { book }: LedgerState,
  schema: number,
): FirstTokens | null {
  if (schema < FIRST_SCHEMA) return null;
  const times = database
    .prepare("SELECT first_token FROM attempt WHERE id >= ? AND first_token IS NOT NULL ORDER BY first_token")
    .all(book.nextAttempt - RECENT_ATTEMPTS)
    .map((row) => Number(row.first_token));
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? 0;
  return times.length === 0 ? null : { attempts: times.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}
