import type { Load } from "../../../src/model/limiter.ts";
import { between, lognormal, type Random } from "./random.ts";
import type { Phase, Scenario } from "./scenario.ts";

const LEAST_INPUT_TOKENS = 10;
const FIRST_TOKEN_SIGMA = 0.3;
const SPEED_SIGMA = 0.15;
/** English text has about four bytes per token; single prompts differ, and the JSON around them is the same. */
const BYTES_PER_TOKEN = { least: 3.4, most: 4.6 };
const ENVELOPE_BYTES = 90;

/** One request of the run. What the client does with it is noted in the second half. */
export interface Job {
  readonly load: Load;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly maxTokens: number;
  /** What the server takes for it when it is unloaded. */
  readonly serviceMs: number;
  /** Attempts that counted. */
  attempts: number;
  firstSentAt: number;
  isAdmitted: boolean;
}

export function makeJobs({ jobs, workload }: Scenario, random: Random): Job[] {
  return Array.from({ length: jobs }, (_, number) => makeJob(phaseOf(workload, (number + 1) / jobs), random));
}

function phaseOf(workload: readonly Phase[], share: number): Phase {
  const phase = workload.find(({ until }) => share <= until) ?? workload.at(-1);
  if (phase === undefined) throw new Error("a scenario needs a workload");
  return phase;
}

function makeJob({ input, latency, maxTokens, output }: Phase, random: Random): Job {
  const inputTokens = Math.max(LEAST_INPUT_TOKENS, Math.round(lognormal(random, input.median, input.sigma)));
  const drawn = Math.round(lognormal(random, output.median, output.sigma));
  const outputTokens = Math.min(maxTokens, Math.max(1, drawn));
  const perToken = between(random, BYTES_PER_TOKEN.least, BYTES_PER_TOKEN.most);
  return {
    load: { bodyBytes: ENVELOPE_BYTES + Math.round(inputTokens * perToken), maxTokens, samples: 1 },
    inputTokens,
    outputTokens,
    maxTokens,
    serviceMs: serviceMs(latency, outputTokens, random),
    attempts: 0,
    firstSentAt: Number.NaN,
    isAdmitted: false,
  };
}

function serviceMs(latency: Phase["latency"], outputTokens: number, random: Random): number {
  if ("mostMs" in latency) return between(random, latency.leastMs, latency.mostMs);
  const first = latency.firstTokenMs * lognormal(random, 1, FIRST_TOKEN_SIGMA);
  const rest = (outputTokens * 1000) / latency.tokensPerSecond;
  return first + rest * lognormal(random, 1, SPEED_SIGMA);
}
