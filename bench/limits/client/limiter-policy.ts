import { RetryBudget } from "../../../src/engine/retry-budget.ts";
import { decide } from "../../../src/engine/retry-policy.ts";
import { createLaneRegistry, type LaneRegistry } from "../../../src/limiter/index.ts";
import { DEFAULT_MAX_ATTEMPTS } from "../../../src/model/defaults.ts";
import type { Transient } from "../../../src/model/ending.ts";
import type { Feedback, Limiter, Permit } from "../../../src/model/limiter.ts";
import type { Limit } from "../../../src/model/limits.ts";
import { type Random, seeded } from "../scenario/random.ts";
import type { Mode, Scenario } from "../scenario/scenario.ts";
import type { Job } from "../scenario/workload.ts";
import type { End, Policy } from "./policy.ts";

const FAILED: Transient = {
  kind: "transient",
  status: 500,
  code: "http-500",
  message: "",
  body: null,
  requestId: null,
};

/** The limiter itself, used as the engine uses it: one policy per client. */
export function limiterPolicies(scenario: Scenario, mode: Mode, seed: number): Policy[] {
  const limits = mode === "config" || mode === "configHeaders" ? limitsOf(scenario) : [];
  const { are, count } = scenario.clients;
  const shared = newRegistry(seed, 0);
  return Array.from({ length: count }, (_, number) => {
    const registry = are === "lanes" ? shared : newRegistry(seed, number);
    const lane = registry.lane({ account: "one key", model: `model ${number}` }, { limits });
    return new LimiterPolicy(lane, seeded(seed, `back-off ${number}`));
  });
}

function limitsOf({ known }: Scenario): readonly Limit[] {
  return known.map((limit) => ({ ...limit, source: "flag" }));
}

function newRegistry(seed: number, number: number): LaneRegistry {
  return createLaneRegistry({ random: seeded(seed, `limiter ${number}`) });
}

class LimiterPolicy implements Policy {
  readonly #limiter: Limiter;
  readonly #random: Random;
  readonly #retries = new RetryBudget();

  constructor(limiter: Limiter, random: Random) {
    this.#limiter = limiter;
    this.#random = random;
  }

  admit(now: number, job: Job): number {
    return this.#limiter.admit(now, job.load);
  }

  sent(now: number, job: Job): Permit {
    const permit = this.#limiter.sent(now, job.load);
    this.#limiter.written(now, permit);
    return permit;
  }

  ended(now: number, job: Job, ticket: unknown, end: End): number | null {
    const permit = ticket as Permit;
    if (end.told.length > 0) this.#limiter.told(now, permit, end.told);
    this.#limiter.settle(now, permit, feedbackOf(end, job));
    if (end.status === 200) {
      this.#retries.succeeded();
      return null;
    }
    if (end.status !== 500) return 0;
    const decision = decide({
      ending: FAILED,
      job: { attempts: job.attempts, unprocessed: 0, isSetAside: false },
      maxAttempts: DEFAULT_MAX_ATTEMPTS,
      takeRetry: () => this.#retries.take(),
      random: this.#random,
    });
    job.attempts += 1;
    return decision.action === "again" ? decision.delayMs : null;
  }
}

function feedbackOf({ latencyMs, named, retryAfterMs, status }: End, job: Job): Feedback {
  const facts = { latencyMs, inputTokens: null, outputTokens: null, retryAfterMs, reason: null, named };
  switch (status) {
    case 200:
      return { ...facts, kind: "answered", inputTokens: job.inputTokens, outputTokens: job.outputTokens };
    case 429:
      return { ...facts, kind: "throttled", reason: "rate" };
    case 500:
      return { ...facts, kind: "failed" };
    case 503:
      return { ...facts, kind: "overloaded", reason: "overloaded" };
  }
}
