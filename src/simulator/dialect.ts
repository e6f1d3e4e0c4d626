import type { Failure } from "./failure.ts";
import type { LimitStanding } from "./lane-limits.ts";

/** Response headers; a list is sent as repeated headers. */
export type HeaderMap = Record<string, string | string[]>;

/** What an answer used. Tokens; `visible` is the answer's text, `reasoning` comes on top. */
export interface AnswerUsage {
  prompt: number;
  visible: number;
  reasoning: number;
  /** What was billed, in ticks; null when the model has no price. */
  ticks: number | null;
}

/** How long a refused client is told to wait: not at all, in whole seconds, or exactly. */
export const RETRY_AFTER_STYLES = ["none", "seconds", "exact"] as const;
export type RetryAfterStyle = (typeof RETRY_AFTER_STYLES)[number];

/** What differs between the providers that can be simulated. */
export interface Dialect {
  name: DialectName;
  title: string;
  /** What `retryAfter` is when nobody sets it. */
  retryAfter: RetryAfterStyle;
  /** True when reasoning counts against the cap on output tokens. */
  capsReasoning: boolean;
  failure(failure: Failure): { status: number; body: string };
  /** Headers that tell the limits. `refused` is true on a 429. */
  limitHeaders(standings: readonly LimitStanding[], refused: boolean): HeaderMap;
  /** The `usage` object of a chat answer, as JSON. */
  chatUsage(usage: AnswerUsage): string;
}

export const DIALECT_NAMES = ["xai", "openai"] as const;
export type DialectName = (typeof DIALECT_NAMES)[number];
