import type { Result } from "./measure.ts";
import { misses } from "./targets.ts";

const STARVATION =
  "From a job's first attempt to the one that was admitted, in seconds: 99th percentile / longest.";
const RECOVERY =
  "Seconds after each change until few are rejected (fewer admitted) or 90 % of the rate is back (more admitted).";

/** All that was measured, as Markdown. */
export function renderTables({
  baselines,
  limiter,
  seeds,
}: {
  baselines: readonly Result[];
  limiter: readonly Result[];
  seeds: readonly number[];
}): string {
  const caption = `Utilisation % / rejected %, mean of seeds ${seeds.join(", ")}`;
  const parts = [
    `${caption}; what misses its target is bold.`,
    renderRates(limiter, true),
    STARVATION,
    renderStarvation(limiter),
  ];
  const changing = limiter.filter(({ recoverySeconds }) => recoverySeconds.length > 0);
  if (changing.length > 0) parts.push(RECOVERY, renderRecovery(changing));
  if (baselines.length > 0) {
    parts.push(
      "What is usual instead.",
      renderRates(baselines, false),
      STARVATION,
      renderStarvation(baselines),
    );
  }
  return parts.join("\n\n");
}

/**
 * One row per scenario, one column per contender: utilisation % / rejected %. A figure that misses its target is
 * bold, so is what was lost.
 */
function renderRates(results: readonly Result[], isJudged: boolean): string {
  return renderByScenario(results, (result) => {
    const missed = isJudged ? misses(result) : { utilisation: false, rejected: false };
    const utilisation = mark((100 * result.utilisation).toFixed(1), missed.utilisation);
    const rejected = mark((100 * result.rejected).toFixed(2), missed.rejected);
    return `${utilisation} / ${rejected}${lostText(result.failed)}`;
  });
}

function renderStarvation(results: readonly Result[]): string {
  return renderByScenario(results, ({ maxStarvationMs, p99StarvationMs }) =>
    [p99StarvationMs, maxStarvationMs].map((ms) => (ms / 1000).toFixed(1)).join(" / "),
  );
}

function renderRecovery(results: readonly Result[]): string {
  return renderByScenario(results, ({ recoverySeconds }) =>
    recoverySeconds.map((seconds) => seconds ?? "never").join(" / "),
  );
}

function renderByScenario(results: readonly Result[], cellOf: (result: Result) => string): string {
  const contenders = [...new Set(results.map(({ contender }) => contender))];
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const cell = (scenario: string, contender: string) => {
    const result = results.find((one) => one.scenario === scenario && one.contender === contender);
    return result === undefined ? "–" : cellOf(result);
  };
  const rows = scenarios.map((scenario) => [scenario, ...contenders.map((name) => cell(scenario, name))]);
  const align = contenders.map(() => "---:");
  return [["", ...contenders], ["---", ...align], ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function mark(figure: string, isMissed: boolean): string {
  return isMissed ? `**${figure}**` : figure;
}

function lostText(share: number): string {
  if (share === 0) return "";
  return `, **${share < 0.001 ? "< 0.1" : (100 * share).toFixed(1)} % lost**`;
}
