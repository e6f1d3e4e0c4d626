import type { LaneExperience, Spread } from "../model/experience.ts";
import type { Ticks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";
import { BYTES_PER_TOKEN } from "../plan/index.ts";
import { type Bottleneck, bottleneckOf, type LimitChoice, slowestOf } from "./preview-limits.ts";

/** Tokens of an answer nobody capped, for a range that is honest about not knowing. */
const SHORT_ANSWER_TOKENS = 50;
const LONG_ANSWER_TOKENS = 1000;
/** Answers from which on a projection goes by them. */
const ENOUGH_ANSWERS = 5;
/** 19 of 20 outcomes lie within so many standard deviations. */
const DEVIATIONS = 2;

/** One model's share of what is to be sent. */
export interface PreviewLane extends LimitChoice {
  model: string;
  /** Rows to send. */
  rows: number;
  /** Bytes of their bodies. */
  bodyBytes: number;
  /** Sum of the caps on output tokens of the answers that have one. */
  cappedTokens: number;
  /** Answers without a cap. */
  uncapped: number;
  price: Price | null;
  /** What its answers were like so far; null = there are none. */
  experience: LaneExperience | null;
}

export interface Range {
  low: number;
  high: number;
}

/** What a lane's rows will use, as far as anybody can tell beforehand. */
export interface Projection {
  inputTokens: Range;
  outputTokens: Range;
  /** Ticks; null = unknown. */
  money: Range | null;
  /** Answers it goes by; 0 = the sizes of the requests and the price table. */
  answers: number;
  /** What it is slowest at; null = nothing is known to bound it. */
  bottleneck: Bottleneck | null;
}

/** `maxConcurrent`: `-j`; null = derived. */
export function projectLane(lane: PreviewLane, maxConcurrent: number | null): Projection {
  const { experience } = lane;
  const known = experience !== null && experience.answers >= ENOUGH_ANSWERS ? experience : null;
  const inputTokens = spreadOver(lane.rows, known?.inputTokens, known) ?? exactly(promptTokens(lane));
  const outputTokens = spreadOver(lane.rows, known?.outputTokens, known) ?? outputRange(lane);
  const money = spreadOver(lane.rows, known?.cost, known) ?? priced(lane.price, inputTokens, outputTokens);
  // It is said as "at least": the low ends.
  const bottleneck = slowestOf([
    bottleneckOf(lane, lane.rows, inputTokens.low + outputTokens.low),
    known === null ? null : concurrencyOf(lane.rows, known.latencyMs, maxConcurrent),
  ]);
  return { inputTokens, outputTokens, money, answers: known?.answers ?? 0, bottleneck };
}

/** Over several lanes; null as soon as one of them is unknown. */
export function sumOf(ranges: readonly (Range | null)[]): Range | null {
  const known = ranges.filter((range) => range !== null);
  if (known.length < ranges.length) return null;
  return known.reduce((sum, { low, high }) => ({ low: sum.low + low, high: sum.high + high }), exactly(0));
}

/** The sum over so many rows, when a sample of answers had this mean and deviation. */
function spreadOver(
  rows: number,
  spread: Spread | null | undefined,
  sample: LaneExperience | null,
): Range | null {
  if (spread == null || sample === null || rows === 0) return null;
  const { mean, deviation } = spread;
  const error = DEVIATIONS * deviation * Math.sqrt(1 / sample.answers + 1 / rows);
  return { low: Math.floor(rows * Math.max(0, mean - error)), high: Math.ceil(rows * (mean + error)) };
}

function priced(price: Price | null, input: Range, output: Range): Range | null {
  if (price === null) return null;
  const cost = (inputTokens: number, outputTokens: number): Ticks =>
    inputTokens * price.input + outputTokens * price.output;
  return { low: cost(input.low, output.low), high: cost(input.high, output.high) };
}

/** So many at once, each as long as the answers so far. */
function concurrencyOf(
  rows: number,
  latency: Spread | null,
  maxConcurrent: number | null,
): Bottleneck | null {
  if (latency === null || maxConcurrent === null) return null;
  return { ms: (rows * latency.mean) / maxConcurrent, what: `${maxConcurrent} in flight (-j)` };
}

function promptTokens({ bodyBytes }: PreviewLane): number {
  return Math.ceil(bodyBytes / BYTES_PER_TOKEN);
}

function outputRange({ cappedTokens, uncapped, rows }: PreviewLane): Range {
  const high = cappedTokens + uncapped * LONG_ANSWER_TOKENS;
  return { low: Math.min(high, rows * SHORT_ANSWER_TOKENS), high };
}

function exactly(amount: number): Range {
  return { low: amount, high: amount };
}
