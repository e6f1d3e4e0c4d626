import type { NamedLimit, ThrottleReason } from "./ending.ts";
import type { Binding, Limit, ToldLimit } from "./limits.ts";

/** What the limiter has to know of a request before it is sent. */
export interface Load {
  /** Length of the body in bytes: the estimator turns it into prompt tokens by a ratio it learns. */
  bodyBytes: number;
  /** The cap on output tokens, or null. */
  maxTokens: number | null;
  samples: number;
}

/** Given out at the write of a request; carries what was charged, so that `settle` can correct it. */
export interface Permit {
  readonly sequence: number;
  readonly sentAt: number;
  readonly estimatedTokens: number;
  readonly bodyBytes: number;
}

/** What came of a sent request, as far as limits care. */
export interface Feedback {
  kind: "answered" | "throttled" | "overloaded" | "timed-out" | "failed" | "not-sent";
  latencyMs: number;
  /** Reported usage; null when unknown, in which case the estimate stands. */
  inputTokens: number | null;
  outputTokens: number | null;
  retryAfterMs: number | null;
  /** Why it was throttled; null for every other kind. */
  reason: ThrottleReason | null;
  /** The limit that the text of a 429 named. */
  named: NamedLimit | null;
}

/** How one lane stands, for screens. */
export interface LaneSnapshot {
  /** The model. */
  lane: string;
  inFlight: number;
  /**
   * Every limit that is believed. `usedShare`: of what it allows in the window that ends now; `cumulativeShare`: of
   * what it allowed since the lane began to send, also where it changed meanwhile.
   */
  limits: readonly (Limit & { usedShare: number; cumulativeShare: number })[];
  /** What holds it back. */
  binding: Binding;
  /** Milliseconds until the lane opens again, 0 when it is open. */
  blockedForMs: number;
}

/**
 * Leave to start, per lane. Pure: it is told the time, never sleeps, never throws, starts no timer.
 * Waiting is data: the engine asks, is told "now" or "in so many ms", and sleeps itself.
 */
export interface Limiter {
  /** 0 = send now; > 0 = ask again in so many ms; Infinity = ask again when a request of this lane ends. */
  admit(now: number, load: Load): number;
  /** Charges a request that is handed to the transport now. Until `written` it counts as inside every window. */
  sent(now: number, load: Load): Permit;
  /** The request reached the wire now: its place in the exact log of sends is this moment. At most once per permit. */
  written(now: number, permit: Permit): void;
  /** The response head of this permit's request arrived and told these limits. Before `settle`, at most once. */
  told(now: number, permit: Permit, limits: readonly ToldLimit[]): void;
  /** Corrects the charge by what was really used and learns from the ending. Exactly once per permit. */
  settle(now: number, permit: Permit, feedback: Feedback): void;
  /** The most that may be in flight on this lane right now, a whole number; Infinity when unbounded. */
  maxInFlight(): number;
  snapshot(now: number): LaneSnapshot;
}
