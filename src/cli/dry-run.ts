import { budgetText, overshootOf } from "../app/budget-bound.ts";
import type { DryRun } from "../app/dry-run.ts";
import { copiesText, modelsOf, moneyText, timeText } from "../app/preview.ts";
import { limitTexts } from "../app/preview-limits.ts";
import type { Range } from "../app/projection.ts";
import type { LaneExperience, Spread } from "../model/experience.ts";
import { formatUsd, ticksToUsd } from "../model/money.ts";
import { count, counted, plainText } from "./screen/index.ts";

/** Width of the words on the left. */
const LABEL_COLUMNS = 9;

/** What a run would do, for a person. */
export function renderDryRun(dry: DryRun): string {
  const { facts, lanes } = dry;
  const { rows, todo, standings, provider, budget } = facts;
  const size = [`${counted(rows, "row")}, ${count(todo)} to send`, ...copiesText(facts.copies)];
  const settled = standings.length === 0 ? "" : `; ${standings.join(", ")}`;
  const lines: [string, string][] = [["Rows", `${size.join(", ")}${settled}`]];
  if (todo > 0) {
    lines.push(
      ["Model", `${modelsOf(facts.lanes)} at ${provider}`],
      ...facts.replaced.map((text): [string, string] => ["", text]),
      ["Limits", limitTexts(facts.lanes).join(", ")],
      ["Tokens", `${range(dry.inputTokens)} in, ${range(dry.outputTokens)} out`],
      ["Money", moneyText(dry.money, facts.simulated) ?? "unknown"],
      ["Time", timeText(dry.bottleneck) ?? "unknown"],
      ["Binds", bindsText(dry)],
      ...lanes.flatMap(({ lane, projection }): [string, string][] =>
        projection.answers > 0 && lane.experience !== null ? [["Goes by", basis(lane.experience)]] : [],
      ),
    );
  }
  if (budget !== null) lines.push(["Budget", budgetText(budget)]);
  const told = lines.map(([label, text]) => plainText(`${label.padEnd(LABEL_COLUMNS)}${text}`));
  return `${["Dry run: nothing was sent, and no file was changed.", ...told].join("\n")}\n`;
}

/** The same for programs. Money is USD; null = unknown. */
export function dryRunJson(dry: DryRun) {
  const { facts, lanes, bottleneck, budgetLasts } = dry;
  const { budget } = facts;
  return {
    dry_run: true,
    rows: facts.rows,
    to_send: facts.todo,
    copies: facts.copies,
    rehearsal: facts.simulated,
    input_tokens: dry.inputTokens,
    output_tokens: dry.outputTokens,
    cost_usd: usd(dry.money),
    seconds_at_least: bottleneck === null ? null : bottleneck.ms / 1000,
    binds: bindsText(dry),
    models: lanes.map(({ lane, projection }) => ({
      model: lane.model,
      to_send: lane.rows,
      input_tokens: projection.inputTokens,
      output_tokens: projection.outputTokens,
      cost_usd: usd(projection.money),
      projected_from_answers: projection.answers,
    })),
    budget:
      budget === null
        ? null
        : {
            usd: ticksToUsd(budget.terms.limit),
            spent_usd: ticksToUsd(budget.terms.spent),
            mode: budget.terms.mode,
            passed_at_most_usd: usdOrNull(overshootOf(budget)),
            more_for_each_lost_usd: budget.openEnded === 0 ? 0 : usdOrNull(budget.each),
            lasts_for_rows: budgetLasts,
          },
  };
}

/** What stops the run, or else what it is slowest at. */
function bindsText({ bottleneck, budgetLasts, facts }: DryRun): string {
  const slowest = bottleneck?.what ?? "nothing that is known beforehand";
  if (budgetLasts === null || budgetLasts.low >= facts.todo) return slowest;
  return `the budget, after ${range(budgetLasts)} of ${counted(facts.todo, "row")}; until then ${slowest}`;
}

function basis({ answers, inputTokens, outputTokens, cost, lane }: LaneExperience): string {
  const each = [
    `${spread(inputTokens, count)} tokens in`,
    `${spread(outputTokens, count)} out`,
    spread(cost, formatUsd),
  ];
  return `the last ${counted(answers, "answer")} of ${lane}: ${each.join(", ")}; they are kept and never paid again`;
}

function spread(value: Spread | null, written: (amount: number) => string): string {
  return value === null
    ? "unknown"
    : `${written(Math.round(value.mean))} ± ${written(Math.round(value.deviation))}`;
}

function range(value: Range | null): string {
  if (value === null) return "unknown";
  const [low, high] = [count(Math.round(value.low)), count(Math.round(value.high))];
  return low === high ? low : `${low}–${high}`;
}

function usd(value: Range | null): Range | null {
  return value === null ? null : { low: ticksToUsd(value.low), high: ticksToUsd(value.high) };
}

function usdOrNull(ticks: number | null): number | null {
  return ticks === null ? null : ticksToUsd(ticks);
}
