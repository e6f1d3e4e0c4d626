import type { Ticks } from "../model/money.ts";

/** UTF-8 bytes of a request per prompt token, before any usage has been seen; English prose in JSON is near it. */
export const BYTES_PER_TOKEN = 4;

/** Prompt tokens that so many bytes are likely to be. */
export function estimateTokens(bytes: number, bytesPerToken: number = BYTES_PER_TOKEN): number {
  return Math.ceil(bytes / bytesPerToken);
}

/** What the requests of one model add up to. */
export interface ModelEstimate {
  rows: number;
  bodyBytes: number;
  /** Sum of the caps on output tokens, each times its `n`, over the rows that have one. */
  maxOutputTokens: number;
  /** Answers (rows times `n`) without a cap on output tokens. */
  uncapped: number;
  /** Answers asked for. */
  samples: number;
  /** Rows whose cost nothing of their own bounds; 0 where nobody asked for bounds. */
  openEnded: number;
  /** The most one of these can cost. */
  dearestOpenEnded: Ticks;
  /** Of these, rows that not even the model's context bounds. */
  unbounded: number;
}
