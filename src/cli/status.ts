import { Command } from "commander";
import { unknownSentence } from "../app/plan-run.ts";
import { type LedgerReport, statusOf } from "../app/status.ts";
import { ticksToUsd } from "../model/money.ts";
import { atRisk, spent, tellIf } from "./screen/figures.ts";
import {
  count,
  counted,
  duration,
  laneLines,
  latencyJson,
  liveJson,
  plainText,
  renderLine,
} from "./screen/index.ts";

/** `sluice status OUTPUT`. */
export function statusCommand(): Command {
  return new Command("status")
    .summary("show how a run stands")
    .description("Shows how a run stands: rows, money spent and money at risk. Works while the run goes on.")
    .argument("<output>", "OUTPUT or its ledger")
    .usage("OUTPUT [options]")
    .option("--json", "as one JSON object")
    .action(async (path: string, flags: { json?: boolean }) => {
      const report = await statusOf(path);
      process.stdout.write(flags.json ? `${JSON.stringify(statusJson(report))}\n` : renderStatus(report));
    });
}

export function renderStatus(report: LedgerReport): string {
  const { totals, running, live } = report;
  const rows = report.rows - totals.blank;
  const standings = [
    `${count(totals.answered)} answered`,
    ...tellIf(totals.rejected, "rejected"),
    ...tellIf(totals.failed, "failed"),
    ...tellIf(totals.unknown, "unknown"),
    ...tellIf(totals.unsent, "unsent"),
    ...tellIf(totals.todo, "to do"),
  ];
  const lines = [
    `${counted(rows, "row")} of ${report.settings?.sourceName ?? "an input"}: ${standings.join(", ")}`,
    moneyLine(report),
    ...(running === null ? [] : [runningLine(running)]),
    ...(live === null ? [] : [renderLine(live), ...laneLines(live)]),
    ...firstTokenLines(report),
    ...(report.unknown.rows > 0 ? [unknownSentence(report.unknown)] : []),
    ...(running === null ? nextLines(report) : []),
  ];
  return `${lines.map(plainText).join("\n")}\n`;
}

/** A process that took the ledger a moment ago has not written who it is. */
function runningLine({ pid, host, since }: NonNullable<LedgerReport["running"]>): string {
  return pid === 0
    ? "running: a process that has just begun"
    : `running: process ${pid} on ${host} since ${since}`;
}

function moneyLine({ totals, simulated, running }: LedgerReport): string {
  if (simulated) return "a rehearsal: no real money";
  const nothingKnown = totals.cost === 0 && totals.unknownCost > 0;
  const cost = nothingKnown ? "cost unknown" : `${spent(totals)} spent`;
  const risk = running === null ? atRisk(totals) : null;
  return risk === null ? cost : `${cost}, ${risk}`;
}

function firstTokenLines({ firstTokens }: LedgerReport): string[] {
  if (firstTokens === null) return [];
  const { attempts, p50, p95 } = firstTokens;
  const over = `of the last ${counted(attempts, "streamed answer")}`;
  return [`first token after ${duration(p50)} p50, ${duration(p95)} p95, ${over}`];
}

/** What each kind of rerun would send. */
function nextLines({ rerun }: LedgerReport): string[] {
  const more = (option: string, rows: number) =>
    rows > rerun.plain ? [`${option} sends ${counted(rows - rerun.plain, "row")} more`] : [];
  return [
    ...(rerun.plain > 0 ? [`the same command again sends ${counted(rerun.plain, "row")}`] : []),
    ...more("--retry-failed", rerun.retryFailed),
    ...more("--retry-unknown", rerun.retryUnknown),
  ];
}

export function statusJson(report: LedgerReport): Record<string, unknown> {
  const { totals, unknown, running, rerun, live } = report;
  const { todo, answered, rejected, failed, unsent, attempts, usage } = totals;
  const knownAtRisk = totals.atRisk > 0 || totals.unpricedAtRisk === 0;
  return {
    input: report.settings?.sourceName ?? null,
    rows: report.rows - totals.blank,
    todo,
    answered,
    rejected,
    failed,
    unknown: totals.unknown,
    unsent,
    rehearsal: report.simulated,
    running,
    live: live === null ? null : liveJson(live),
    attempts,
    first_token_seconds: latencyJson(report.firstTokens),
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cost_usd: totals.unknownCost > 0 ? null : ticksToUsd(totals.cost),
    known_cost_usd: totals.unknownCost > 0 && totals.cost === 0 ? null : ticksToUsd(totals.cost),
    unknown_cost_answers: totals.unknownCost,
    at_risk_usd: totals.unpricedAtRisk > 0 ? null : ticksToUsd(totals.atRisk),
    known_at_risk_usd: knownAtRisk ? ticksToUsd(totals.atRisk) : null,
    unpriced_at_risk_attempts: totals.unpricedAtRisk,
    sent_without_outcome: {
      rows: unknown.rows,
      at_risk_usd: unknown.unpriced > 0 ? null : ticksToUsd(unknown.atRisk),
      unpriced: unknown.unpriced,
    },
    a_rerun_sends: { plain: rerun.plain, retry_failed: rerun.retryFailed, retry_unknown: rerun.retryUnknown },
  };
}
