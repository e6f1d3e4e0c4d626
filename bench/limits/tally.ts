import type { End } from "./client/policy.ts";
import type { Job } from "./scenario/workload.ts";
import { Timeline } from "./timeline.ts";

/** What is counted of a run. */
export class Tally {
  readonly #jobs: number;
  /** From a job's first attempt to the one that was admitted, in ms. */
  readonly #starvation: number[] = [];
  readonly timeline = new Timeline();
  #ended = 0;
  sends = 0;
  rejects = 0;
  answered = 0;
  /** When the last job came to its end. */
  lastEndAt = 0;

  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  isOpen(mostSendsPerJob: number): boolean {
    return this.#ended < this.#jobs && this.sends < mostSendsPerJob * this.#jobs;
  }

  sent(now: number, job: Job): void {
    this.sends += 1;
    if (Number.isNaN(job.firstSentAt)) job.firstSentAt = now;
  }

  ended(now: number, sentAt: number, job: Job, status: End["status"], isLast: boolean): void {
    const isAdmitted = status === 200 || status === 500;
    if (!isAdmitted) this.rejects += 1;
    else if (!job.isAdmitted) {
      job.isAdmitted = true;
      this.#starvation.push(sentAt - job.firstSentAt);
    }
    if (!isLast) return;
    this.#ended += 1;
    if (status === 200) this.answered += 1;
    this.lastEndAt = now;
  }

  /** Jobs that were given up or never came to an end. */
  failedShare(): number {
    return 1 - this.answered / this.#jobs;
  }

  rejectedShare(): number {
    return this.rejects / Math.max(1, this.sends);
  }

  /** Against the time of the oracle. */
  utilisation(oracleMs: number): number {
    return (oracleMs / this.lastEndAt) * (1 - this.failedShare());
  }

  starvation(): { p99Ms: number; maxMs: number } {
    const sorted = Float64Array.from(this.#starvation).sort();
    return { p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, maxMs: sorted.at(-1) ?? 0 };
  }
}
