import type { Cost, Usage } from "./usage.ts";

/**
 * How one attempt ended. An ending is a value, never an exception; what follows from each is told in
 * docs/errors.md.
 *
 * answered     the provider's complete answer is here
 * throttled    the provider asks us to wait; costs no attempt
 * transient    it failed and nothing is billed; worth another attempt
 * ambiguous    nobody can say whether it was billed; booked at risk
 * unprocessed  it never reached the provider's application; sent again without costing an attempt
 * rejected     the provider will not answer this row
 * account      key, credits, access or model: no row of this lane can be answered
 */
export type EndingKind =
  | "answered"
  | "throttled"
  | "transient"
  | "ambiguous"
  | "unprocessed"
  | "rejected"
  | "account";

/** What every ending tells, for the ledger, the screen and OUTPUT. */
interface EndingFacts {
  /** HTTP status, or null when no response head arrived. */
  status: number | null;
  /** One short kebab-case word for counting: "http-500", "timeout", "cut", "reset", "model-not-found" … */
  code: string;
  /** One line for a person; the provider's own text where there is one, at most 500 characters, no control characters. */
  message: string;
  /** The response body as received, or null when none (or none worth keeping) arrived. */
  body: Uint8Array | null;
  /** The provider's `x-request-id`, when it sent one. */
  requestId: string | null;
}

/** Which limit a 429 spoke of. */
export type ThrottleReason = "rate" | "capacity" | "overloaded" | "daily";

/** A limit a 429's text or headers named. */
export interface NamedLimit {
  dimension: "requests" | "tokens";
  /** How many per window. */
  limit: number;
  windowMs: number;
}

export interface Answered extends EndingFacts {
  kind: "answered";
  body: Uint8Array;
  status: number;
  reply: Reply;
}
export interface Throttled extends EndingFacts {
  kind: "throttled";
  reason: ThrottleReason;
  /** How long the provider asks us to wait; null when it does not say. */
  retryAfterMs: number | null;
  named: NamedLimit | null;
}
export interface Transient extends EndingFacts {
  kind: "transient";
}
export interface Ambiguous extends EndingFacts {
  kind: "ambiguous";
  /** Our own timeout is held (not sent again in this run); every other ambiguous ending is retried. */
  ownTimeout: boolean;
}
export interface Unprocessed extends EndingFacts {
  kind: "unprocessed";
}
export interface Rejected extends EndingFacts {
  kind: "rejected";
  /**
   * True for a 403 that no rule knows, for a 404 or 405 of a path that nobody serves (a wrong address), and for a
   * status that no rule names: twenty in a row without a success stop the run.
   */
  unexplained: boolean;
  /** True where the provider may charge a fee for the refusal (content 403): booked as unknown money. */
  feePossible: boolean;
}
export interface AccountEnding extends EndingFacts {
  kind: "account";
  /** "model" stops the lane when others remain; the rest stop the run. `access` is one model's (limit 0/0). */
  reason: "key" | "credits" | "blocked" | "access" | "model";
}

export type Ending = Answered | Throttled | Transient | Ambiguous | Unprocessed | Rejected | AccountEnding;

/** What was read out of an answer's body; the body itself is kept untouched. */
export interface Reply {
  /** The model that answered, which may differ from the one asked for. */
  model: string | null;
  /** The first choice's `finish_reason`; null when the dialect has none. */
  finishReason: string | null;
  /** True when an answer that should hold text holds none (and no tool call). */
  empty: boolean;
  usage: Usage | null;
  /** The provider's own figure, else our price table's, else null: unknown. */
  cost: Cost | null;
}
