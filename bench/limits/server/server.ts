import type { NamedLimit } from "../../../src/model/ending.ts";
import type { ToldLimit } from "../../../src/model/limits.ts";
import type { Change, Headers, Scenario, ServerLimit } from "../scenario/scenario.ts";
import type { Job } from "../scenario/workload.ts";
import type { Counter } from "./counter.ts";
import { counterOf } from "./counter-of.ts";

/** Shorter windows have no headers. */
const SHORTEST_TOLD_MS = 2000;

/** What the server makes of a request when it arrives. */
export type Verdict =
  | { is: "admitted"; serviceMs: number }
  | { is: "throttled"; retryAfterMs: number | null; named: NamedLimit | null }
  | { is: "overloaded" };

const OVERLOADED: Verdict = { is: "overloaded" };

/** A provider: its limits, its capacity, and what its responses tell. */
export class Server {
  readonly #scenario: Scenario;
  readonly #limits: readonly { is: ServerLimit; counter: Counter }[];
  #slots: number;
  #inFlight = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#limits = scenario.limits.map((limit) => ({ is: limit, counter: counterOf(limit) }));
    this.#slots = scenario.capacity?.slots ?? Number.POSITIVE_INFINITY;
  }

  receive(now: number, job: Job): Verdict {
    const { capacity, rejectsCount } = this.#scenario;
    if (capacity !== null && this.#inFlight + 1 > capacity.rejectsAbove * this.#slots) return OVERLOADED;
    for (const { counter, is } of this.#limits) {
      const waitMs = counter.wait(now, this.#costAtFirst(is, job));
      if (waitMs === 0) continue;
      if (rejectsCount && is.dimension === "requests") counter.take(now, 1);
      return { is: "throttled", retryAfterMs: this.#retryAfter(waitMs), named: this.#named(is) };
    }
    return { is: "admitted", serviceMs: this.admit(now, job) };
  }

  /** Milliseconds until the request has room, as somebody would know who sees all counters; Infinity = when one ends. */
  wait(now: number, job: Job): number {
    if (this.#inFlight >= this.#slots) return Number.POSITIVE_INFINITY;
    let longest = 0;
    for (const { counter, is } of this.#limits) {
      longest = Math.max(longest, counter.wait(now, this.#costAtFirst(is, job)));
    }
    return longest;
  }

  /** Takes what the request costs at first; returns the time of its service. */
  admit(now: number, job: Job): number {
    for (const { counter, is } of this.#limits) counter.take(now, this.#costAtFirst(is, job));
    this.#inFlight += 1;
    return job.serviceMs * Math.max(1, this.#inFlight / this.#slots);
  }

  /** The end of an admitted request: what it wrote is charged now, or the rest of the reservation comes back. */
  finish(now: number, job: Job, isAnswered: boolean): void {
    this.#inFlight -= 1;
    const written = isAnswered ? job.outputTokens : 0;
    const late = this.#scenario.reservesOutput ? written - job.maxTokens : written;
    for (const { counter, is } of this.#limits) if (is.dimension === "tokens") counter.take(now, late);
  }

  /** Somebody else's request on the same key: it never waits, and goes without where there is nothing left. */
  receiveForeign(now: number): void {
    if (this.#requests().every((counter) => counter.wait(now, 1) === 0)) this.yieldToForeign(now);
  }

  /** The same for somebody who leaves others what they ask for. */
  yieldToForeign(now: number): void {
    for (const counter of this.#requests()) counter.take(now, 1);
  }

  change(change: Change): void {
    if ("slots" in change) this.#slots = change.slots;
    else for (const { counter } of this.#limits) counter.scale(change.atMs, change.scale);
  }

  /** What the headers of a response say that is made now. */
  headers(now: number, { factor, tellsWindow }: Headers): ToldLimit[] {
    return this.#limits
      .filter(({ is }) => is.windowMs >= SHORTEST_TOLD_MS)
      .map(({ counter, is }) => ({
        dimension: is.dimension,
        limit: counter.limit() * factor,
        windowMs: tellsWindow ? is.windowMs : null,
        remaining: Math.floor(counter.remaining(now) * factor),
        resetMs: counter.resetMs(now),
        dormant: false,
      }));
  }

  #requests(): Counter[] {
    return this.#limits.filter(({ is }) => is.dimension === "requests").map(({ counter }) => counter);
  }

  #costAtFirst({ dimension }: ServerLimit, job: Job): number {
    if (dimension === "requests") return 1;
    return job.inputTokens + (this.#scenario.reservesOutput ? job.maxTokens : 0);
  }

  #retryAfter(waitMs: number): number | null {
    const { retryAfter } = this.#scenario;
    if (retryAfter === "none") return null;
    return retryAfter === "exact" ? waitMs : Math.ceil(waitMs / 1000) * 1000;
  }

  #named({ dimension, perWindow, windowMs }: ServerLimit): NamedLimit | null {
    return this.#scenario.namesLimit ? { dimension, limit: perWindow, windowMs } : null;
  }
}
