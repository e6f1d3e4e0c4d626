import type { Feedback } from "../model/limiter.ts";

const CUT = 0.8;
/** Per answer, so that a whole round of answers adds 5 %. */
const GROWTH_PER_ANSWER = 0.05;
/** It grows only while so much of it is used. */
const USED = 0.9;
/** Per answer below the level that was right before an outage: as many again with each round. */
const RECOVERY_PER_ANSWER = 1;
/** One timeout among many answers is an accident; this many, each answer taking back a little, are not. */
const TIMEOUTS = 2;
const FORGIVEN_PER_ANSWER = 0.02;
/** Overloads in a row without an answer between: an outage, not a queue. */
const OUTAGE = 3;

/**
 * Overload is another matter than a rate: fewer at a time, not fewer per second. Cuts once per round of requests
 * when the provider says that it is overloaded, and grows back with what it answers. Cuts without an answer between
 * them are an outage: they are soon undone.
 */
export class ConcurrencyGuard {
  #level = Number.POSITIVE_INFINITY;
  /** Up to here it grows fast: what an outage cut away, which tells nothing of how many the provider can take. */
  #right = Number.POSITIVE_INFINITY;
  /** What was right before the first of the present cuts. */
  #before = Number.POSITIVE_INFINITY;
  #newestAtCut = -1;
  #timeouts = 0;
  #inARow = 0;

  get most(): number {
    return this.#level;
  }

  /** True when nothing is answered any more: pause as for a rejection. */
  isOutage(): boolean {
    return this.#inARow >= OUTAGE;
  }

  /** `inFlight` counts the request that ended. */
  ended(feedback: Feedback, sequence: number, newest: number, inFlight: number): void {
    if (feedback.kind === "answered") this.#answered(inFlight);
    else if (feedback.kind === "timed-out") {
      this.#timeouts += 1;
      if (this.#timeouts >= TIMEOUTS) this.#cut(sequence, newest, inFlight);
    } else if (isOverload(feedback)) this.#cut(sequence, newest, inFlight);
  }

  #answered(inFlight: number): void {
    this.#inARow = 0;
    this.#timeouts = Math.max(0, this.#timeouts - FORGIVEN_PER_ANSWER);
    if (inFlight < USED * Math.floor(this.#level)) return;
    this.#level += this.#level < this.#right ? RECOVERY_PER_ANSWER : GROWTH_PER_ANSWER;
  }

  #cut(sequence: number, newest: number, inFlight: number): void {
    if (sequence <= this.#newestAtCut) return;
    this.#newestAtCut = newest;
    this.#timeouts = 0;
    const isRecovering = this.#level < this.#right;
    if (this.#inARow === 0) this.#before = isRecovering ? CUT * this.#right : this.#level;
    this.#level = Math.max(1, CUT * Math.min(this.#level, inFlight));
    this.#inARow += 1;
    this.#right = isRecovering || this.isOutage() ? Math.max(this.#level, this.#before) : this.#level;
  }
}

/** Some providers say "at capacity" with a 429. */
export function isOverload({ kind, reason }: Feedback): boolean {
  return (
    kind === "overloaded" || (kind === "throttled" && (reason === "capacity" || reason === "overloaded"))
  );
}
