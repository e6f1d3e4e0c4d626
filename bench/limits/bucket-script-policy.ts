import type { End, Policy } from "./policy.ts";
import type { KnownLimit } from "./scenario.ts";
import type { Job } from "./workload.ts";

const MOST_ATTEMPTS = 5;
const PAUSE_MS = 15_000;
const MINUTE_MS = 60_000;

/**
 * What OpenAI's cookbook shows as parallel processing: two buckets that hold a whole minute and are never
 * corrected, the worst case of tokens reserved, and 15 s of pause after a 429.
 */
export class BucketScriptPolicy implements Policy {
  readonly #perMinute: { requests: number; tokens: number };
  readonly #level: { requests: number; tokens: number };
  #at = 0;
  #pausedUntil = 0;

  constructor(known: readonly KnownLimit[]) {
    this.#perMinute = { requests: perMinute(known, "requests"), tokens: perMinute(known, "tokens") };
    this.#level = { ...this.#perMinute };
  }

  admit(now: number, job: Job): number {
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    this.#refill(now);
    return Math.max(this.#wait("requests", 1), this.#wait("tokens", worstTokens(job)));
  }

  sent(_now: number, job: Job): void {
    this.#level.requests -= 1;
    this.#level.tokens -= worstTokens(job);
  }

  ended(now: number, job: Job, _ticket: unknown, { status }: End): number | null {
    job.attempts += 1;
    if (status === 429) this.#pausedUntil = now + PAUSE_MS;
    return status === 200 || job.attempts >= MOST_ATTEMPTS ? null : 0;
  }

  #wait(dimension: KnownLimit["dimension"], need: number): number {
    const missing = need - this.#level[dimension];
    return missing <= 0 ? 0 : (missing / this.#perMinute[dimension]) * MINUTE_MS;
  }

  #refill(now: number): void {
    const share = (now - this.#at) / MINUTE_MS;
    this.#at = now;
    const { requests, tokens } = this.#perMinute;
    this.#level.requests = Math.min(requests, this.#level.requests + requests * share);
    if (tokens < Number.POSITIVE_INFINITY) {
      this.#level.tokens = Math.min(tokens, this.#level.tokens + tokens * share);
    }
  }
}

function perMinute(known: readonly KnownLimit[], dimension: KnownLimit["dimension"]): number {
  const limit = known.find((one) => one.dimension === dimension);
  return limit === undefined ? Number.POSITIVE_INFINITY : (limit.perWindow * MINUTE_MS) / limit.windowMs;
}

function worstTokens(job: Job): number {
  return job.inputTokens + job.maxTokens;
}
