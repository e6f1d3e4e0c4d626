/**
 * How near to its limits the limiter keeps a run, in virtual time.
 * `node bench/limits/index.ts [--scenario S03,S04] [--mode unknown] [--seeds 1,2] [--short]`:
 * tables as Markdown on standard output, progress on standard error.
 */
import { parseArgs } from "node:util";
import { limiterPolicies } from "./limiter-policy.ts";
import { type Contender, measure, type Result, rememberingOracle } from "./measure.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { renderRates, renderStarvation } from "./table.ts";

const MODES: Record<Mode, string> = {
  config: "config only",
  configHeaders: "config + headers",
  headers: "headers only",
  unknown: "nothing known",
};
const SEEDS = [1, 2, 3, 4, 5];

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    mode: { type: "string" },
    seeds: { type: "string" },
    short: { type: "boolean", default: false },
  },
});
const seeds = values.seeds?.split(",").map(Number) ?? (values.short ? [1] : SEEDS);
const oracle = rememberingOracle();
const results: Result[] = [];
for (const scenario of chosen()) {
  for (const mode of scenario.modes) {
    if (values.mode !== undefined && !values.mode.split(",").includes(mode)) continue;
    const before = process.cpuUsage().user;
    results.push(measure(scenario, limiterWith(mode), seeds, oracle));
    const seconds = (process.cpuUsage().user - before) / 1e6;
    console.error(`${scenario.id} ${mode}: ${seconds.toFixed(1)} s`);
  }
}
console.log(
  `Utilisation % / rejected %, mean of seeds ${seeds.join(", ")}; what misses its target is bold.\n`,
);
console.log(`${renderRates(results, true)}\n`);
console.log(`Starvation in seconds, 99th percentile / longest.\n\n${renderStarvation(results)}`);

function chosen(): Scenario[] {
  const wanted = values.scenario?.split(",");
  return SCENARIOS.filter(({ id }) => wanted === undefined || wanted.some((name) => id.startsWith(name)));
}

function limiterWith(mode: Mode): Contender {
  return {
    name: MODES[mode],
    mode,
    policies: (scenario, seed) => limiterPolicies(scenario, mode, seed),
  };
}
