/** Where a limit comes from, in the order in which it is believed. */
export type LimitSource = "flag" | "published" | "header" | "429" | "learned";

/** One limit in force: how many requests or tokens in a window. */
export interface Limit {
  dimension: "requests" | "tokens";
  perWindow: number;
  windowMs: number;
  source: LimitSource;
}

/**
 * One limit as a response's headers told it. Dialects leave out what is absent or absurd (−1, 0/0, 1e18);
 * `limit` is always > 0 and finite.
 */
export interface ToldLimit {
  dimension: Limit["dimension"];
  limit: number;
  /** Null where the header set does not tell it; then the limiter infers it or treats the figure as a ceiling. */
  windowMs: number | null;
  /** What was left when the response was made, from 0 to `limit`; null when not told. */
  remaining: number | null;
  /** Until it is whole again, in ms from the response; null when not told. */
  resetMs: number | null;
  /**
   * True for a limit that is believed only once a 429 spoke of a window of this length: xAI tells requests a minute
   * and enforces 1/48 of them a second; whether the minute counts as well is not known before.
   */
  dormant: boolean;
}

/**
 * A lane that is asked to wait for longer is parked: its rows hold no intents, and nobody sits the wait out inside a
 * call (docs/decisions/0023-parked-lanes.md).
 */
export const PARKED_ABOVE_MS = 90_000;

/** What binds a lane right now, for the screen. "nothing" means there is nothing left to start. */
export type Binding =
  | "concurrency"
  | "rps"
  | "rpm"
  | "tpm"
  | "provider"
  | "disk"
  | "connections"
  | "retries"
  | "input"
  | "output"
  | "budget"
  | "halt"
  | "nothing";

/** A user's own ceilings; a missing one is not set. */
export interface LimitOptions {
  rps?: number | undefined;
  rpm?: number | undefined;
  tpm?: number | undefined;
}
