/** How a request ended at the simulator: answered, throttled, refused, client-gone, or the name of a fault. */
export type RequestEnding = string;

/** What the simulator knows of one request. */
export interface RequestRecord {
  /** From 1, in order of arrival. */
  number: number;
  /** How many resets came before it. */
  epoch: number;
  /** The `x-request-id` of the answer. */
  id: string;
  /** Milliseconds since 1970. */
  time: number;
  path: string;
  protocol: string;
  model: string | null;
  /** The caller's own mark: the body's `user`, else `metadata.custom_id`. */
  marker: string | null;
  /** The digest that the answer's echo carries. */
  promptHash: string | null;
  /** Null while it is in flight, and when no head was sent. */
  status: number | null;
  /** "in-flight" until it ends. */
  ending: RequestEnding;
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  billed: boolean;
  /** Ticks of 1e-10 USD: 0 when nothing was billed, null when the model has no price. */
  ticks: number | null;
}

/** Totals of everything since the start or the last reset. */
export interface SimulatorTotals {
  /** Requests to chat completions, responses and embeddings. */
  received: number;
  answered: number;
  /** Refused by a limit (faults that look like it are counted as faults). */
  throttled: number;
  /** Refused for what they were: bad body, key, model. */
  refused: number;
  /** Ended by a fault. */
  faulted: number;
  /** The client had left before its answer was ready. */
  clientGone: number;
  /** Requests to any other path. */
  other: number;
  inFlight: number;
  maxInFlight: number;
  connections: number;
  byStatus: Record<string, number>;
  byEnding: Record<string, number>;
  /** Tokens of what was billed. */
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  billed: number;
  ticks: number;
  /** Billed requests whose model has no price. */
  unpriced: number;
}

export interface SimulatorStats extends SimulatorTotals {
  /** Requests one by one, in order of arrival. */
  requests: readonly RequestRecord[];
  /** Ask for the next page with `after` set to this; null when there is none. */
  next: number | null;
  /** How many records were dropped because `keep` was reached. */
  forgotten: number;
}

/** Which part of the list of requests is wanted. */
export interface StatsQuery {
  /** Only requests with a greater number. Default 0. */
  after?: number;
  /** At most so many. Default: all that are kept. */
  limit?: number;
}

/** Tokens and money of one answer. */
export interface Bill {
  promptTokens: number;
  completionTokens: number;
  reasoningTokens: number;
  ticks: number | null;
}
