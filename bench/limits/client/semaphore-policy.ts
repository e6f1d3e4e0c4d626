import type { Random } from "../scenario/random.ts";
import type { Job } from "../scenario/workload.ts";
import type { End, Policy } from "./policy.ts";

const MOST_ATTEMPTS = 12;
const BACKOFF_BASE_MS = 1000;
const BACKOFF_CAP_MS = 60_000;

/** So many at once, as the usual scripts do it: whoever failed keeps its slot while it backs off, with full jitter. */
export class SemaphorePolicy implements Policy {
  readonly #slots: number;
  readonly #random: Random;
  readonly #holders = new Set<Job>();

  constructor(slots: number, random: Random) {
    this.#slots = slots;
    this.#random = random;
  }

  admit(_now: number, job: Job): number {
    return this.#holders.has(job) || this.#holders.size < this.#slots ? 0 : Number.POSITIVE_INFINITY;
  }

  sent(_now: number, job: Job): void {
    this.#holders.add(job);
  }

  ended(_now: number, job: Job, _ticket: unknown, { retryAfterMs, status }: End): number | null {
    job.attempts += 1;
    if (status === 200 || job.attempts >= MOST_ATTEMPTS) {
      this.#holders.delete(job);
      return null;
    }
    const cap = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (job.attempts - 1));
    return Math.max(retryAfterMs ?? 0, cap * this.#random());
  }
}
