import type { Attempt } from "./attempt.ts";

/** Fewer answers have no 99th percentile. */
const FEWEST_ANSWERS = 100;
/** A lane changes its pace: what was long ago says nothing of now. */
const REMEMBERED_ANSWERS = 1000;
/** They are sorted anew after so many answers, not after each. */
const STALE_ANSWERS = 10;
const BEYOND = 0.99;
/** Where all take nearly the same time, one in a hundred is a whisker slower: that is no straggler. */
const TIMES_THE_MEDIAN = 2;
/** Where a provider becomes slow as a whole everybody is late: second copies stay a small part of what is sent. */
const HEDGES_PER_ANSWER = 0.05;

/** How long the latest answers of a lane took. */
export class RecentLatencies {
  readonly #latest = new Float64Array(REMEMBERED_ANSWERS);
  #answers = 0;
  #sortedAt = 0;
  #lateMs = Number.POSITIVE_INFINITY;

  add(latencyMs: number): void {
    this.#latest[this.#answers % REMEMBERED_ANSWERS] = latencyMs;
    this.#answers += 1;
  }

  get answers(): number {
    return this.#answers;
  }

  /** Beyond this an attempt is a straggler; Infinity while too few answers were seen. */
  lateMs(): number {
    if (this.#answers < FEWEST_ANSWERS) return Number.POSITIVE_INFINITY;
    if (this.#sortedAt === 0 || this.#answers - this.#sortedAt >= STALE_ANSWERS) this.#sort();
    return this.#lateMs;
  }

  #sort(): void {
    const known = this.#latest.slice(0, Math.min(this.#answers, REMEMBERED_ANSWERS)).sort();
    const at = (share: number) => known[Math.ceil(share * known.length) - 1] ?? Number.POSITIVE_INFINITY;
    this.#lateMs = Math.max(at(BEYOND), TIMES_THE_MEDIAN * at(0.5));
    this.#sortedAt = this.#answers;
  }
}

/** How long until an attempt is a straggler; 0 = it is one, Infinity = it never will be. */
export function untilLate(
  attempt: Pick<Attempt, "inBody" | "job" | "overdue" | "startedAt" | "written">,
  lateMs: number,
  now: number,
): number {
  // A row has one second copy in a run; and what has begun to come is not stuck.
  if (attempt.job.wasHedged || attempt.inBody || attempt.overdue !== null) return Number.POSITIVE_INFINITY;
  if (!attempt.written) return lateMs;
  return Math.max(0, attempt.startedAt + lateMs - now);
}

/** True while one more second copy is a small part of all that is sent. */
export function mayHedgeMore(hedges: number, answers: number): boolean {
  return hedges < 1 + answers * HEDGES_PER_ANSWER;
}
