import { BASELINES, LIMITER } from "./contenders.ts";
import type { Pace } from "./loopback/measure-pace.ts";
import type { Result } from "./measure.ts";
import { type Judged, misses } from "./targets.ts";

const STARVATION =
  "From a job's first attempt to the one that was admitted, in seconds: 99th percentile / longest.";
const RECOVERY =
  "Seconds after each change until few are rejected (fewer admitted) or 90 % of the rate is back (more admitted).";

interface Cell extends Judged {
  scenario: string;
  contender: string;
}

/** All that was measured, as Markdown. */
export function renderTables(limiter: readonly Result[], baselines: readonly Result[]): string {
  const parts = [renderRates(limiter), STARVATION, renderStarvation(limiter)];
  const changing = limiter.filter(({ recoverySeconds }) => recoverySeconds.length > 0);
  if (changing.length > 0) parts.push(RECOVERY, renderRecovery(changing));
  if (baselines.length > 0) {
    parts.push(
      "What is usual instead.",
      renderBaselineRates(baselines),
      STARVATION,
      renderStarvation(baselines),
    );
  }
  return parts.join("\n\n");
}

/**
 * One row per scenario, one column per contender: utilisation % / rejected %. A figure that misses its target is
 * bold.
 */
export function renderRates(results: readonly Cell[]): string {
  return renderByScenario(results, (result) => {
    const missed = misses(result);
    return rates(result, missed.utilisation ? bold : plain, missed.rejected ? bold : plain);
  });
}

/** The same without targets. */
export function renderBaselineRates(results: readonly Cell[]): string {
  return renderByScenario(results, (result) => rates(result, plain, plain));
}

export function renderPaces(paces: readonly [string, Pace][]): string {
  const header = ["", "pace %", "rejected %", "fullest second of sends", "of arrivals"];
  const rows = paces.map(([name, { fullestSecondOfArrivals, fullestSecondOfSends, pace, rejected }]) => [
    name,
    percent(pace, 2),
    percent(rejected, 2),
    String(fullestSecondOfSends),
    String(fullestSecondOfArrivals),
  ]);
  return renderTable([header, ["---", "---:", "---:", "---:", "---:"], ...rows]);
}

function rates(
  { failed, rejected, utilisation }: Cell,
  utilisationAs: (figure: string) => string,
  rejectedAs: (figure: string) => string,
): string {
  const lost = failed === 0 ? "" : `, ${bold(`${failed < 0.001 ? "< 0.1" : percent(failed, 1)} % lost`)}`;
  return `${utilisationAs(percent(utilisation, 1))} / ${rejectedAs(percent(rejected, 2))}${lost}`;
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

function renderByScenario<R extends Cell>(results: readonly R[], textOf: (result: R) => string): string {
  const contenders = [...LIMITER, ...BASELINES]
    .map(({ name }) => name)
    .filter((name) => results.some(({ contender }) => contender === name));
  const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
  const cell = (scenario: string, contender: string) => {
    const result = results.find((one) => one.scenario === scenario && one.contender === contender);
    return result === undefined ? "–" : textOf(result);
  };
  const rows = scenarios.map((scenario) => [scenario, ...contenders.map((name) => cell(scenario, name))]);
  const align = contenders.map(() => "---:");
  return renderTable([["", ...contenders], ["---", ...align], ...rows]);
}

function renderTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function percent(share: number, digits: number): string {
  return (100 * share).toFixed(digits);
}

function plain(figure: string): string {
  return figure;
}

function bold(figure: string): string {
  return `**${figure}**`;
}
