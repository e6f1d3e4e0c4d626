/** How near to its limits the limiter keeps a run: tables on standard output, progress on standard error. */
import { parseArgs } from "node:util";
import { BASELINES, type Contender, LIMITER } from "./contenders.ts";
import { writeDocsBlock } from "./docs-block.ts";
import { LOOPBACK_SCENARIOS } from "./loopback/loopback-scenarios.ts";
import { measureAllOverLoopback } from "./loopback/measure-loopback.ts";
import { measurePaces } from "./loopback/measure-pace.ts";
import { renderBaselineRates, renderPaces, renderRates, renderTables } from "./report.ts";
import { SCENARIOS } from "./scenario/scenarios.ts";
import { VARIANTS } from "./scenario/variants.ts";
import { measureInVirtualTime } from "./virtual-time.ts";

const SEEDS = [1, 2, 3, 4, 5];
/** Seen by nobody who tuned. */
const VARIANT_SEEDS = [11, 12, 13];
/** Of the jobs of a run over loopback. */
const SHORT_SHARE = 0.1;
const PACE_SECONDS = 60;

const USAGE = `npm run bench:limits -- [OPTION…]
  --scenario S03,S12  only those whose names begin so
  --mode unknown      only the limiter, and only so informed: ${LIMITER.map(({ mode }) => mode).join(", ")}
  --variants          servers that the limiter was not tuned on, without the baselines
  --loopback          the engine over HTTP beside the simulator, in real time, without the baselines
  --pace              500 a second over HTTP for a minute, with and without stalls of the loop
  --seeds 1,2         ${SEEDS} where nothing is said, ${VARIANT_SEEDS} for variants; none over loopback
  --short             one seed; over loopback a tenth of the requests
  --write             also puts the tables of rates into docs/limits.md; without any other option`;

const { values } = parseArgs({
  options: {
    scenario: { type: "string" },
    mode: { type: "string" },
    variants: { type: "boolean", default: false },
    loopback: { type: "boolean", default: false },
    pace: { type: "boolean", default: false },
    seeds: { type: "string" },
    short: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const say = (line: string) => console.error(line);
if (values.help) console.log(USAGE);
else if (values.write && process.argv.length > 3) refuse();
else if (values.pace) await measurePace();
else if (values.loopback) await runOverLoopback();
else await runInVirtualTime();

async function runInVirtualTime(): Promise<void> {
  const scenarios = chosen(values.variants ? VARIANTS : SCENARIOS);
  const contenders = values.mode === undefined && !values.variants ? [...LIMITER, ...BASELINES] : limiters();
  const seeds = chosenSeeds();
  const { baselines, limiter } = measureInVirtualTime(scenarios, seeds, contenders, say);
  const caption = `Utilisation % / rejected %, mean of seeds ${seeds.join(", ")}; what misses its target is bold.`;
  console.log(`${caption}\n\n${renderTables(limiter, baselines)}`);
  if (!values.write) return;
  const inWords = <R extends { scenario: string }>(results: readonly R[]) =>
    results.map((result) => ({ ...result, scenario: aboutOf(result.scenario) }));
  const tables = [renderRates(inWords(limiter)), renderBaselineRates(inWords(baselines))];
  await writeDocsBlock([caption, ...tables].join("\n\n"));
}

function aboutOf(id: string): string {
  return SCENARIOS.find((scenario) => scenario.id === id)?.about ?? id;
}

async function runOverLoopback(): Promise<void> {
  const share = values.short ? SHORT_SHARE : 1;
  const scenarios = chosen(LOOPBACK_SCENARIOS).map((one) => ({ ...one, jobs: one.jobs * share }));
  const results = await measureAllOverLoopback(scenarios, limiters(), say);
  console.log(
    `Utilisation % of the steady part / rejected % of all, over loopback.\n\n${renderRates(results)}`,
  );
}

async function measurePace(): Promise<void> {
  console.log(renderPaces(await measurePaces(PACE_SECONDS * (values.short ? SHORT_SHARE : 1), say)));
}

function limiters(): readonly Contender[] {
  const modes = values.mode?.split(",");
  return orUsage(LIMITER.filter(({ mode }) => modes?.includes(mode) ?? true));
}

function chosen<Named extends { id: string }>(all: readonly Named[]): readonly Named[] {
  const names = values.scenario?.split(",");
  return orUsage(all.filter(({ id }) => names?.some((name) => id.startsWith(name)) ?? true));
}

function chosenSeeds(): readonly number[] {
  if (values.seeds !== undefined) return values.seeds.split(",").map(Number);
  const all = values.variants ? VARIANT_SEEDS : SEEDS;
  return values.short ? all.slice(0, 1) : all;
}

/** What was typed names nothing. */
function orUsage<T>(list: readonly T[]): readonly T[] {
  return list.length > 0 ? list : refuse();
}

function refuse(): never {
  console.error(USAGE);
  process.exit(2);
}
