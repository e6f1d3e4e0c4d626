/** How one enforced limit counts. Pure: the time comes in with every question, in milliseconds. */
export interface LimitCounter {
  /**
   * 0 when `amount` fits now, else the milliseconds until it would. More than the whole limit fits when nothing else
   * is counted.
   */
  waitFor(now: number, amount: number): number;
  /** Counts `amount`, even where it does not fit: output tokens are known only when the answer is done. */
  take(now: number, amount: number): void;
  /** Gives back part of what was taken at `takenAt`. */
  refund(now: number, takenAt: number, amount: number): void;
  /** What counts against the limit now. */
  used(now: number): number;
  /** Milliseconds until the limit stands where it would with no traffic (bucket full, window over, oldest entry gone). */
  resetMs(now: number): number;
}

/** The ways a provider counts: refilled continuously, reset at fixed instants, or over the last so many milliseconds. */
export const WINDOW_KINDS = ["bucket", "fixed", "sliding"] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

/** One limit: how many requests or tokens in a window, and how it is counted. */
export interface LaneLimit {
  dimension: "requests" | "tokens";
  perWindow: number;
  windowMs: number;
  kind: WindowKind;
  /** For buckets: the unused allowance it can hold, as milliseconds of refill. */
  burstMs: number;
  /** False for a limit that is only told in headers. */
  enforced: boolean;
}
