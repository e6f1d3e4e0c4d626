import type { LaneExperience, Spread } from "../model/experience.ts";
import type { Ticks } from "../model/money.ts";

/** So many of the latest answers tell what the next ones will be like. */
export const RECENT_ANSWERS = 1000;

export interface AnswerSample {
  lane: string;
  cost: Ticks | null;
  inputTokens: number | null;
  outputTokens: number | null;
  latencyMs: number | null;
}

/** Sums up answers by lane. */
export function experienceOf(samples: Iterable<AnswerSample>): LaneExperience[] {
  const lanes = Map.groupBy(samples, ({ lane }) => lane);
  return [...lanes].map(([lane, answers]) => ({
    lane,
    answers: answers.length,
    dearest: answers.reduce((dearest, { cost }) => Math.max(dearest, cost ?? 0), 0),
    cost: spreadOf(answers.map(({ cost }) => cost)),
    inputTokens: spreadOf(answers.map(({ inputTokens }) => inputTokens)),
    outputTokens: spreadOf(answers.map(({ outputTokens }) => outputTokens)),
    latencyMs: spreadOf(answers.map(({ latencyMs }) => latencyMs)),
  }));
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return { mean, deviation: Math.sqrt(variance) };
}
