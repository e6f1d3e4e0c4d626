import type { NamedLimit } from "../../../src/model/ending.ts";
import type { ToldLimit } from "../../../src/model/limits.ts";
import type { Job } from "../scenario/workload.ts";

/** How somebody sends the jobs of a run. A job that goes again is asked for before any new one. */
export interface Policy {
  /** 0 = send now; > 0 = ask again in so many ms; Infinity = ask again when a request ended. */
  admit(now: number, job: Job): number;
  /** Returns whatever `ended` needs of it. */
  sent(now: number, job: Job): unknown;
  /** Milliseconds after which the job goes again; null where it is at its end. */
  ended(now: number, job: Job, ticket: unknown, end: End): number | null;
}

/** A response, as it is seen by a client. */
export interface End {
  status: 200 | 429 | 500 | 503;
  latencyMs: number;
  retryAfterMs: number | null;
  named: NamedLimit | null;
  told: readonly ToldLimit[];
}
