import type { Contender } from "./contenders.ts";
import { oracleMs } from "./oracle.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { simulate } from "./simulate.ts";
import type { Judged } from "./targets.ts";

/** One contender in one scenario: the shares are means over the seeds. */
export interface Result extends Judged {
  scenario: string;
  contender: string;
  /** The worst over the seeds. */
  p99StarvationMs: number;
  maxStarvationMs: number;
  /** For each of the scenario's recoveries the longest over the seeds; null = never. */
  recoverySeconds: readonly (number | null)[];
}

export type OracleTime = (scenario: Scenario, seed: number) => number;

/** The oracle's times, each found once. */
export function rememberingOracle(): OracleTime {
  const times = new Map<string, number>();
  return (scenario, seed) => {
    const key = `${scenario.id} ${seed}`;
    const time = times.get(key) ?? oracleMs(scenario, seed);
    times.set(key, time);
    return time;
  };
}

export function measure(
  scenario: Scenario,
  contender: Contender,
  seeds: readonly number[],
  oracle: OracleTime,
): Result {
  const runs = seeds.map((seed) => {
    const policies = contender.policies(scenario, seed);
    const tally = simulate({ scenario, mode: contender.mode, seed, policies });
    return { tally, utilisation: tally.utilisation(oracle(scenario, seed)), ...tally.starvation() };
  });
  return {
    scenario: scenario.id,
    contender: contender.name,
    mode: contender.mode,
    utilisation: mean(runs.map((run) => run.utilisation)),
    rejected: mean(runs.map(({ tally }) => tally.rejectedShare())),
    failed: mean(runs.map(({ tally }) => tally.failedShare())),
    p99StarvationMs: Math.max(...runs.map((run) => run.p99Ms)),
    maxStarvationMs: Math.max(...runs.map((run) => run.maxMs)),
    recoverySeconds: scenario.recoveries.map((recovery) =>
      longest(runs.map(({ tally }) => tally.timeline.secondsToRecover(recovery))),
    ),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function longest(times: readonly (number | null)[]): number | null {
  return times.reduce((one, other) => (one === null || other === null ? null : Math.max(one, other)), 0);
}
