import type { KnownLimit } from "../scenario/scenario.ts";
import type { Job } from "../scenario/workload.ts";
import type { End, Policy } from "./policy.ts";

const MOST_ATTEMPTS = 5;
const PAUSE_MS = 15_000;
const MINUTE_MS = 60_000;

interface Bucket {
  dimension: KnownLimit["dimension"];
  perMinute: number;
  level: number;
}

/**
 * What OpenAI's cookbook shows as parallel processing: buckets that hold a whole minute and are never corrected, the
 * worst case of tokens reserved, and 15 s of pause after a 429.
 */
export class BucketScriptPolicy implements Policy {
  readonly #buckets: readonly Bucket[];
  #at = 0;
  #pausedUntil = 0;

  constructor(known: readonly KnownLimit[]) {
    this.#buckets = known.map(({ dimension, perWindow, windowMs }) => {
      const perMinute = (perWindow * MINUTE_MS) / windowMs;
      return { dimension, perMinute, level: perMinute };
    });
  }

  admit(now: number, job: Job): number {
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    this.#refill(now);
    const waits = this.#buckets.map((bucket) => waitOf(bucket, job));
    return Math.max(0, ...waits);
  }

  sent(_now: number, job: Job): void {
    for (const bucket of this.#buckets) bucket.level -= costOf(bucket, job);
  }

  ended(now: number, job: Job, _ticket: unknown, { status }: End): number | null {
    job.attempts += 1;
    if (status === 429) this.#pausedUntil = now + PAUSE_MS;
    return status === 200 || job.attempts >= MOST_ATTEMPTS ? null : 0;
  }

  #refill(now: number): void {
    const share = (now - this.#at) / MINUTE_MS;
    this.#at = now;
    for (const bucket of this.#buckets) {
      bucket.level = Math.min(bucket.perMinute, bucket.level + bucket.perMinute * share);
    }
  }
}

function waitOf(bucket: Bucket, job: Job): number {
  return ((costOf(bucket, job) - bucket.level) / bucket.perMinute) * MINUTE_MS;
}

function costOf({ dimension }: Bucket, job: Job): number {
  return dimension === "requests" ? 1 : job.inputTokens + job.maxTokens;
}
