import { Command } from "commander";
import { unknownSentence } from "../app/plan-run.ts";
import { statusOf } from "../app/status.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import { formatUsd, ticksToUsd } from "../model/money.ts";

/** `sluice status OUTPUT`. */
export function statusCommand(): Command {
  return new Command("status")
    .description("Show how a run stands: rows, money spent and money at risk.")
    .argument("<output>", "OUTPUT or its ledger")
    .option("--json", "as JSON")
    .action(async (path: string, flags: { json?: boolean }) => {
      const info = await statusOf(path);
      process.stdout.write(flags.json ? `${JSON.stringify(statusJson(info))}\n` : renderStatus(info));
    });
}

export function renderStatus(info: LedgerInfo): string {
  const { totals } = info;
  const rows = info.rows - totals.blank;
  const counts = [
    `${count(totals.answered)} answered`,
    ...optional(totals.rejected, "rejected"),
    ...optional(totals.failed, "failed"),
    ...optional(totals.unknown, "unknown"),
    ...optional(totals.unsent, "unsent"),
    ...optional(totals.todo, "to send"),
  ];
  const money = [
    `${formatUsd(totals.cost)} spent`,
    ...(totals.unknownCost > 0 ? [`${count(totals.unknownCost)} answers of unknown cost`] : []),
    ...(totals.atRisk > 0 ? [`${formatUsd(totals.atRisk)} at risk`] : []),
    ...(totals.unpricedAtRisk > 0
      ? [`${count(totals.unpricedAtRisk)} attempts at risk, of unknown cost`]
      : []),
  ];
  const lines = [
    `${count(rows)} rows of ${info.settings?.sourceName ?? "an input"}: ${counts.join(", ")}`,
    `${money.join(", ")}${info.simulated ? " (a rehearsal: no real money)" : ""}`,
    ...(info.unknown.rows > 0 ? [unknownSentence(info.unknown)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

export function statusJson(info: LedgerInfo): Record<string, unknown> {
  const { totals, unknown } = info;
  const { todo, answered, rejected, failed, unsent, attempts, usage } = totals;
  return {
    input: info.settings?.sourceName ?? null,
    rows: info.rows - totals.blank,
    todo,
    answered,
    rejected,
    failed,
    unknown: totals.unknown,
    unsent,
    rehearsal: info.simulated,
    attempts,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cost_usd: totals.unknownCost > 0 && totals.cost === 0 ? null : ticksToUsd(totals.cost),
    answers_of_unknown_cost: totals.unknownCost,
    at_risk_usd: ticksToUsd(totals.atRisk),
    at_risk_unpriced: totals.unpricedAtRisk,
    outcome_unknown: {
      rows: unknown.rows,
      at_risk_usd: ticksToUsd(unknown.atRisk),
      unpriced: unknown.unpriced,
    },
  };
}

function optional(number: number, word: string): string[] {
  return number === 0 ? [] : [`${count(number)} ${word}`];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
