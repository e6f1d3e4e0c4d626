import type { Ticks } from "./money.ts";

/** Mean and standard deviation. */
export interface Spread {
  mean: number;
  deviation: number;
}

/** What the latest answers of a lane tell about its next ones. Null = none of them told. */
export interface LaneExperience {
  lane: string;
  answers: number;
  /** The dearest of them. */
  dearest: Ticks;
  cost: Spread | null;
  inputTokens: Spread | null;
  outputTokens: Spread | null;
  latencyMs: Spread | null;
}
