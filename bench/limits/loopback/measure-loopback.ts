import { createSluice } from "../../../src/index.ts";
import type { RequestRecord } from "../../../src/simulator/index.ts";
import type { Contender } from "../contenders.ts";
import type { Mode } from "../scenario/scenario.ts";
import type { Judged } from "../targets.ts";
import type { LoopbackScenario } from "./loopback-scenarios.ts";
import { SimulatorProcess } from "./simulator-process.ts";

/**
 * As the server counted: utilisation is what was admitted over what the limit allows in the steady part of the run,
 * rejected and failed are shares of the whole.
 */
interface LoopbackResult extends Judged {
  scenario: string;
  contender: string;
}

/** The part of the admitted requests that is looked at: after learning, and before the last retries. */
const STEADY = { from: 0.5, to: 0.95 };

const CHARACTERS_PER_TOKEN = 4;
const WORDS = "one fish two fish red fish blue fish ";

/**
 * The scenarios side by side, which together keep a tenth of a core busy; the contenders one after another. It takes
 * about a minute for each that reaches its limit.
 */
export async function measureAllOverLoopback(
  scenarios: readonly LoopbackScenario[],
  contenders: readonly Contender[],
  say: (line: string) => void,
): Promise<LoopbackResult[]> {
  const results: LoopbackResult[] = [];
  for (const contender of contenders) {
    say(contender.name);
    results.push(...(await Promise.all(scenarios.map((scenario) => measureLoopback(scenario, contender)))));
  }
  return results;
}

/** A whole run of the engine over HTTP. */
async function measureLoopback(
  scenario: LoopbackScenario,
  { mode, name }: Contender,
): Promise<LoopbackResult> {
  await using simulator = await SimulatorProcess.start(simulatorFlags(scenario, mode));
  const answered = await run(scenario, mode, simulator.baseUrl);
  const requests = await simulator.requests();
  const admitted = requests.filter(({ status }) => status !== 429 && status !== 503);
  return {
    scenario: scenario.id,
    contender: name,
    mode,
    utilisation: paceOf(steadyPart(admitted), scenario.binding.dimension) / scenario.binding.perSecond,
    rejected: 1 - admitted.length / requests.length,
    failed: 1 - answered / scenario.jobs,
  };
}

function simulatorFlags({ flags, limits, tellsHeaders }: LoopbackScenario, mode: Mode): string[] {
  const showsHeaders = tellsHeaders && (mode === "headers" || mode === "configHeaders");
  return [
    ...["--dialect", "openai", "--any-model"],
    ...Object.entries(limits).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(showsHeaders ? [] : ["--no-limit-headers"]),
    ...flags,
  ];
}

async function run(scenario: LoopbackScenario, mode: Mode, baseURL: string): Promise<number> {
  const { jobs, limits, maxTokens, promptTokens } = scenario;
  const isTold = mode === "config" || mode === "configHeaders";
  await using sluice = createSluice({ baseURL, ...(isTold ? limits : {}) });
  const text = WORDS.repeat((promptTokens * CHARACTERS_PER_TOKEN) / WORDS.length);
  const prompts = Array.from({ length: jobs }, (_, number) => `${number}: ${text}`);
  let answered = 0;
  for await (const { status } of sluice.run(prompts, { model: "any", maxTokens })) {
    if (status === "answered") answered += 1;
  }
  return answered;
}

function steadyPart(admitted: readonly RequestRecord[]): readonly RequestRecord[] {
  return admitted.slice(Math.floor(admitted.length * STEADY.from), Math.floor(admitted.length * STEADY.to));
}

/** Requests or tokens per second. */
function paceOf(admitted: readonly RequestRecord[], dimension: "requests" | "tokens"): number {
  const used = dimension === "requests" ? admitted.length : admitted.reduce(addTokens, 0);
  return (used * 1000) / ((admitted.at(-1)?.time ?? 0) - (admitted[0]?.time ?? 0));
}

function addTokens(sum: number, { completionTokens, promptTokens }: RequestRecord): number {
  return sum + promptTokens + completionTokens;
}
