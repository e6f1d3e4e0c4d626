import type { Scenario, ServerLimit } from "../../bench/limits/scenario/scenario.ts";
import { CHAT, PLAIN } from "../../bench/limits/scenario/scenario-parts.ts";
import type { Job } from "../../bench/limits/scenario/workload.ts";

/** Ten requests a second, of which a second's worth may be spent at once. */
export const TEN_PER_SECOND: ServerLimit = {
  dimension: "requests",
  perWindow: 600,
  windowMs: 60_000,
  kind: "bucket",
  burst: 10,
};

/** Two hundred jobs that take one second each. */
export function smallScenario(over: Partial<Scenario> = {}): Scenario {
  return {
    ...PLAIN,
    id: "T01",
    about: "a small one",
    jobs: 200,
    workload: [{ ...CHAT, latency: { leastMs: 1000, mostMs: 1000 } }],
    limits: [TEN_PER_SECOND],
    known: [{ dimension: "requests", perWindow: 600, windowMs: 60_000 }],
    ...over,
  };
}

export function job(over: Partial<Job> = {}): Job {
  return {
    load: { bodyBytes: 400, maxTokens: 100, samples: 1 },
    inputTokens: 100,
    outputTokens: 50,
    maxTokens: 100,
    serviceMs: 1000,
    attempts: 0,
    firstSentAt: Number.NaN,
    isAdmitted: false,
    ...over,
  };
}
