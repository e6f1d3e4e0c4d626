/** How near to its limits the limiter keeps a run, in virtual time: tables on standard output, progress on standard error. */
import { parseArgs } from "node:util";
import { BASELINES, type Contender, canRun, LIMITER } from "./contenders.ts";
import { measure, rememberingOracle } from "./measure.ts";
import { renderTables } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { VARIANT_SEEDS, VARIANTS } from "./variants.ts";

const USAGE = `npm run bench:limits -- [OPTION…]
  --scenario S03,S12  only those whose names begin so
  --mode unknown      only the limiter, and only so informed: ${LIMITER.map(({ mode }) => mode).join(", ")}
  --variants          servers that the limiter was not tuned on, without the baselines
  --seeds 1,2         1 to 5 where nothing is said, ${VARIANT_SEEDS.join(", ")} for variants
  --short             the first seed only`;
const SEEDS: readonly number[] = [1, 2, 3, 4, 5];

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    mode: { type: "string" },
    seeds: { type: "string" },
    short: { type: "boolean", default: false },
    variants: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(USAGE);
else run();

function run(): void {
  const scenarios = chosenScenarios();
  const limiter = LIMITER.filter(({ mode }) => values.mode?.split(",").includes(mode) ?? true);
  const baselines = values.mode === undefined && !values.variants ? BASELINES : [];
  if (scenarios.length === 0 || limiter.length === 0) {
    console.error(USAGE);
    process.exit(2);
  }
  const seeds = chosenSeeds();
  const oracle = rememberingOracle();
  const measureAll = (contenders: readonly Contender[]) =>
    scenarios.flatMap((scenario) =>
      contenders
        .filter((contender) => canRun(contender, scenario))
        .map((contender) => {
          console.error(`${scenario.id} (${scenario.about}): ${contender.name}`);
          return measure(scenario, contender, seeds, oracle);
        }),
    );
  console.log(renderTables({ limiter: measureAll(limiter), baselines: measureAll(baselines), seeds }));
}

function chosenScenarios(): readonly Scenario[] {
  const all = values.variants ? VARIANTS : SCENARIOS;
  const names = values.scenario?.split(",");
  return all.filter(({ id }) => names?.some((name) => id.startsWith(name)) ?? true);
}

function chosenSeeds(): readonly number[] {
  if (values.seeds !== undefined) return values.seeds.split(",").map(Number);
  const all = values.variants ? VARIANT_SEEDS : SEEDS;
  return values.short ? all.slice(0, 1) : all;
}
