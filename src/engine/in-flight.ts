import type { Request } from "../model/request.ts";
import type { Exchange, Transport } from "../model/transport.ts";
import { Attempt, type AttemptObserver, type Overdue } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { feedbackOf } from "./feedback.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import { unsentEnding } from "./own-ending.ts";
import { prospectOf } from "./reserve.ts";
import { type SilenceLimits, SilenceWatch } from "./silence-watch.ts";
import type { WorstCost } from "./worst-cost.ts";

export interface InFlightParts {
  transport: Transport;
  exchangeOf: (request: Request) => Exchange;
  budget: Budget | null;
  worstCostOf: (model: string) => WorstCost;
  timeoutMs: number;
  silence: SilenceLimits;
}

/** A row in flight, and since when. */
export interface WaitedFor {
  line: number;
  customId: string | null;
  ms: number;
}

/** The attempts under way, each with its deadline. */
export class InFlight {
  readonly #parts: InFlightParts;
  readonly #observer: AttemptObserver;
  readonly #attempts = new Set<Attempt>();
  readonly #deadlines: DeadlineWatch;
  readonly #silences: SilenceWatch;

  constructor(parts: InFlightParts, observer: AttemptObserver) {
    this.#parts = parts;
    this.#observer = observer;
    this.#deadlines = new DeadlineWatch(parts.timeoutMs);
    this.#silences = new SilenceWatch(parts.silence);
  }

  get size(): number {
    return this.#attempts.size;
  }

  /** Throws what the transport says of a request that could not be sent to anybody. */
  start(lane: LaneWork, job: Job, now: number): Attempt {
    const { budget, exchangeOf, timeoutMs, transport, worstCostOf } = this.#parts;
    const exchange = exchangeOf(job.request);
    const permit = lane.limiter.sent(now, job.load);
    const attempt = new Attempt(job, lane, permit, now, this.#observer);
    try {
      attempt.handle = transport.start(exchange, attempt);
    } catch (error) {
      lane.limiter.settle(now, permit, feedbackOf(unsentEnding(timeoutMs), 0));
      throw error;
    }
    this.#attempts.add(attempt);
    this.#deadlines.started(now);
    this.#silences.started(now);
    lane.inFlight += 1;
    lane.lookAhead.sent(now);
    lane.lastLoad = job.load;
    if (budget !== null) {
      attempt.hold = budget.hold(prospectOf(job, worstCostOf(job.lane)));
      attempt.worstCost = attempt.hold.atRisk;
    }
    return attempt;
  }

  ended(attempt: Attempt): void {
    this.#attempts.delete(attempt);
    attempt.lane.inFlight -= 1;
  }

  oldestFirst(): Iterable<Attempt> {
    return this.#attempts;
  }

  abortAll(): void {
    for (const attempt of this.#attempts) attempt.handle?.abort();
  }

  /** The row, where its request had been written; null where it was not. */
  abortRow(index: number): Job | null {
    let written: Job | null = null;
    for (const attempt of this.#attempts) {
      if (attempt.job.index !== index) continue;
      if (attempt.written) written = attempt.job;
      attempt.handle?.abort();
    }
    return written;
  }

  /** Gives up what took too long, and what the provider fell silent over. */
  abortOverdue(now: number): void {
    const limitMs = this.#parts.timeoutMs;
    for (const attempt of this.#deadlines.look(this.#attempts, now))
      giveUp(attempt, { code: "timeout", limitMs });
    for (const { attempt, limitMs } of this.#silences.look(this.#attempts, now)) {
      giveUp(attempt, { code: "silence", limitMs });
    }
  }

  /** When something may be overdue next; Infinity when nothing is in flight. */
  nextDeadline(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    return Math.min(this.#deadlines.next(), this.#silences.next());
  }

  /** What has been in flight for longest, the longest first. */
  oldest(most: number, now: number): WaitedFor[] {
    const first = [...this.#attempts].slice(0, most);
    return first.map(({ job: { line, customId }, startedAt }) => ({ line, customId, ms: now - startedAt }));
  }
}

function giveUp(attempt: Attempt, why: Overdue): void {
  attempt.overdue = why;
  attempt.handle?.abort();
}
