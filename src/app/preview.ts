import { formatCount } from "../model/count.ts";
import { formatDuration } from "../model/duration.ts";
import { formatUsd, type Ticks } from "../model/money.ts";
import { type BudgetBound, budgetText } from "./budget-bound.ts";
import { type Bottleneck, limitTexts, slowestOf } from "./preview-limits.ts";
import { type PreviewLane, type Projection, projectLane, type Range, sumOf } from "./projection.ts";

/** Models told one by one; more are counted. */
const MODELS_SHOWN = 3;

/** What is known before the first send. */
export interface PreviewFacts {
  rows: number;
  todo: number;
  /** Rows that take the outcome of an equal one: once it has one, or at once. */
  copies: { waiting: number; settled: number };
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
  /** Null without `--budget`. */
  budget: BudgetBound | null;
}

export interface Preview {
  /** The one line said before anything is sent. */
  line: string;
  /** The most this run is expected to cost in real money; null = unknown. */
  high: Ticks | null;
  /** What the line was made of; null for rows that are sent as they arrive. */
  facts: PreviewFacts | null;
}

export function previewRun(facts: PreviewFacts): Preview {
  const { rows, todo, lanes, provider, maxConcurrent, simulated } = facts;
  const size = [
    `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}, ${formatCount(todo)} to send`,
    ...copiesText(facts.copies),
  ];
  if (todo === 0) return { line: [...size, ...facts.standings].join(" · "), high: 0, facts };
  const projections = lanes.map((lane) => projectLane(lane, maxConcurrent));
  const money = sumOf(projections.map((projection) => projection.money));
  const bottleneck = slowestOf(projections.map((projection) => projection.bottleneck));
  const parts = [
    ...size,
    `${modelsOf(lanes)} at ${provider}`,
    ...facts.replaced,
    ...limitTexts(lanes),
    ...(maxConcurrent === null ? [] : [`at most ${formatCount(maxConcurrent)} in flight (-j)`]),
    ...timeAndMoney(timeText(bottleneck), moneyText(money, simulated)),
    ...basisText(projections),
    ...(facts.budget === null ? [] : [budgetText(facts.budget)]),
  ];
  return { line: parts.join(" · "), high: simulated ? 0 : (money?.high ?? null), facts };
}

/** Rows that are not sent since an equal one is. */
export function copiesText({ waiting, settled }: PreviewFacts["copies"]): string[] {
  return [
    ...(waiting > 0
      ? [`${formatCount(waiting)} more ${waiting === 1 ? "takes" : "take"} the outcome of one of them`]
      : []),
    ...(settled > 0 ? [`${formatCount(settled)} took the outcome of an equal row`] : []),
  ];
}

/** The line for rows that are sent as they arrive: how many there will be, nobody knows. */
export function previewArriving(
  facts: Pick<PreviewFacts, "provider" | "maxConcurrent" | "budget"> & {
    model: string | null;
    limits: readonly string[];
  },
): Preview {
  const { provider, maxConcurrent, model, limits, budget } = facts;
  const parts = [
    "rows are sent as they arrive",
    `${model ?? "each row's model"} at ${provider}`,
    ...limits,
    ...(maxConcurrent === null ? [] : [`at most ${formatCount(maxConcurrent)} in flight (-j)`]),
    "time and cost unknown",
    ...(budget === null ? [] : [budgetText(budget)]),
  ];
  return { line: parts.join(" · "), high: null, facts: null };
}

function timeAndMoney(time: string | null, money: string | null): string[] {
  if (time === null && money === null) return ["time and cost unknown"];
  return [time ?? "time unknown", money ?? "cost unknown"];
}

/** What the tightest limit leaves possible: "at least 54s"; null where there is none. */
export function timeText(bottleneck: Bottleneck | null): string | null {
  return bottleneck === null ? null : `at least ${formatDuration(Math.max(1000, bottleneck.ms))}`;
}

/** "$0.35–$3.44" */
export function moneyText(money: Range | null, simulated: boolean): string | null {
  if (money === null) return null;
  const range = `${formatUsd(money.low)}–${formatUsd(money.high)}`;
  return simulated ? `free (${range} at real prices)` : range;
}

/** "projected from 20 answers": what the figures go by, where that is more than sizes and prices. */
export function basisText(projections: readonly Projection[]): string[] {
  const answers = projections.reduce((sum, projection) => sum + projection.answers, 0);
  if (answers === 0) return [];
  return [`projected from the last ${answers === 1 ? "answer" : `${formatCount(answers)} answers`}`];
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
