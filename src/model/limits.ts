/** Where a limit comes from, in the order in which it is believed. */
export type LimitSource = "flag" | "published" | "header" | "429" | "learned";

/** One limit in force: how many requests or tokens in a window. */
export interface Limit {
  dimension: "requests" | "tokens";
  perWindow: number;
  windowMs: number;
  source: LimitSource;
}

/** What binds a lane right now, for the screen. "nothing" means there is nothing left to start. */
export type Binding =
  | "concurrency"
  | "rps"
  | "rpm"
  | "tpm"
  | "provider"
  | "disk"
  | "connections"
  | "input"
  | "output"
  | "nothing";

/** A user's own ceilings; a missing one is not set. */
export interface LimitOptions {
  rps?: number | undefined;
  rpm?: number | undefined;
  tpm?: number | undefined;
}
