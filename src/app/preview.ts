import { formatCount } from "../model/count.ts";
import { formatDuration } from "../model/duration.ts";
import { formatUsd, type Ticks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";
import { BYTES_PER_TOKEN } from "../plan/index.ts";
import { type LimitChoice, limitTexts, timeAtLeast } from "./preview-limits.ts";

/** Tokens of an answer nobody capped, for a range that is honest about not knowing. */
const SHORT_ANSWER_TOKENS = 50;
const LONG_ANSWER_TOKENS = 1000;
/** Models told one by one; more are counted. */
const MODELS_SHOWN = 3;

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
}

/** What is known before the first send. */
export interface PreviewFacts {
  rows: number;
  todo: number;
  /** Rows by what became of them, for a run with nothing left to send: "3 answered". */
  standings: readonly string[];
  lanes: readonly PreviewLane[];
  /** "xAI", or "http://127.0.0.1:8000/v1". */
  provider: string;
  /** True for rehearsals: the money is what the run would cost. */
  simulated: boolean;
  /** `-j`; null = derived. */
  maxConcurrent: number | null;
  /** What the options took from the file. */
  replaced: readonly string[];
}

export interface Preview {
  /** The one line said before anything is sent. */
  line: string;
  /** The most this run is expected to cost in real money; null = unknown. */
  high: Ticks | null;
}

export function previewRun(facts: PreviewFacts): Preview {
  const { rows, todo, lanes, provider, maxConcurrent, simulated } = facts;
  const size = `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}, ${formatCount(todo)} to send`;
  if (todo === 0) return { line: [size, ...facts.standings].join(" · "), high: 0 };
  const money = moneyRange(lanes);
  const parts = [
    size,
    `${modelsOf(lanes)} at ${provider}`,
    ...facts.replaced,
    ...limitTexts(lanes),
    ...(maxConcurrent === null ? [] : [`at most ${formatCount(maxConcurrent)} in flight (-j)`]),
    ...timeAndMoney(timeText(lanes), moneyText(money, simulated)),
  ];
  return { line: parts.join(" · "), high: simulated ? 0 : (money?.high ?? null) };
}

/** The line for rows that are sent as they arrive: how many there will be, nobody knows. */
export function previewArriving(
  facts: Pick<PreviewFacts, "provider" | "maxConcurrent"> & {
    model: string | null;
    limits: readonly string[];
  },
): Preview {
  const { provider, maxConcurrent, model, limits } = facts;
  const parts = [
    "rows are sent as they arrive",
    `${model ?? "each row's model"} at ${provider}`,
    ...limits,
    ...(maxConcurrent === null ? [] : [`at most ${formatCount(maxConcurrent)} in flight (-j)`]),
    "time and cost unknown",
  ];
  return { line: parts.join(" · "), high: null };
}

function timeAndMoney(time: string | null, money: string | null): string[] {
  if (time === null && money === null) return ["time and cost unknown"];
  return [time ?? "time unknown", money ?? "cost unknown"];
}

function timeText(lanes: readonly PreviewLane[]): string | null {
  const times = lanes.map((lane) => timeAtLeast(lane, lane.rows, expectedTokens(lane)));
  const known = times.filter((time) => time !== null);
  if (known.length === 0) return null;
  return `at least ${formatDuration(Math.max(1000, ...known))}`;
}

function expectedTokens(lane: PreviewLane): number {
  const { low, high } = outputTokens(lane);
  return promptTokens(lane) + (low + high) / 2;
}

function promptTokens({ bodyBytes }: PreviewLane): number {
  return Math.ceil(bodyBytes / BYTES_PER_TOKEN);
}

function outputTokens({ cappedTokens, uncapped, rows }: PreviewLane): { low: number; high: number } {
  const high = cappedTokens + uncapped * LONG_ANSWER_TOKENS;
  return { low: Math.min(high, rows * SHORT_ANSWER_TOKENS), high };
}

function moneyRange(lanes: readonly PreviewLane[]): { low: Ticks; high: Ticks } | null {
  const sum = { low: 0, high: 0 };
  for (const lane of lanes) {
    if (lane.price === null) return null;
    const prompt = promptTokens(lane) * lane.price.input;
    const { low, high } = outputTokens(lane);
    sum.low += prompt + low * lane.price.output;
    sum.high += prompt + high * lane.price.output;
  }
  return sum;
}

function moneyText(money: { low: Ticks; high: Ticks } | null, simulated: boolean): string | null {
  if (money === null) return null;
  const range = `${formatUsd(money.low)}–${formatUsd(money.high)}`;
  return simulated ? `free (${range} at real prices)` : range;
}

/** "grok-4.3 and grok-4.7", "a, b and c", "12 models". */
export function modelsOf(lanes: readonly { model: string }[]): string {
  const models = lanes.map(({ model }) => model);
  const last = models.pop();
  if (models.length === 0) return last ?? "no model";
  return models.length < MODELS_SHOWN
    ? `${models.join(", ")} and ${last}`
    : `${formatCount(models.length + 1)} models`;
}
