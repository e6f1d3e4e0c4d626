import type { Ticks } from "./money.ts";
import type { Request } from "./request.ts";

/** A complete answer, as it was received and may be given again. */
export interface KeptAnswer {
  httpStatus: number;
  requestId: string | null;
  body: Uint8Array;
  finishReason: string | null;
  model: string | null;
  /** What it cost when it was asked for; null = unknown. */
  cost: Ticks | null;
  /** When it was received, in ms since 1970. */
  wallTime: number;
}

/** Answers of one origin that are used again, across runs and outputs. It never fails: an answer it loses is asked for. */
export interface AnswerCache {
  /** The kept answers to these requests, in their order; null where there is none. */
  look(requests: readonly Request[]): Promise<readonly (KeptAnswer | null)[]>;
  /** Takes a copy of the answer; it is on disk some time later, at the latest after `close`. */
  keep(request: Request, answer: KeptAnswer): void;
  close(): Promise<void>;
}
