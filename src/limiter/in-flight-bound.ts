import type { Feedback } from "../model/limiter.ts";
import { LatencyWindow } from "./latency-window.ts";

/** Bounds how many requests of a lane are in flight when the user gave no number. */
export interface InFlightBound {
  /** The most that may be in flight, given how many are. */
  level(inFlight: number): number;
  /** True when one more may start. */
  admits(inFlight: number): boolean;
  /** `sequence` tells when the request was sent, `newest` which was sent last. */
  ended(feedback: Feedback, sequence: number, newest: number, inFlight: number): void;
}

/** Where a rate is known the rate is the limit; this only protects memory and sockets. */
const LARGEST_WHEN_KNOWN = 8192;
const LARGEST_AT_ALL = 65_536;
const FLOOR = 16;

/**
 * For a known rate. A fixed bound is a hidden rate limit: 50 requests a second of 75 s each hold 3,750 slots,
 * and 500 of them 37,500. So it follows twice the rate times the latency seen, and is never below 8,192.
 * The level that is told grows with what is in flight, so that connections are opened as they are needed.
 */
export class KnownRateBound implements InFlightBound {
  readonly #ratePerMs: number;
  readonly #latencies = new LatencyWindow();

  /** `ratePerMs` = requests per millisecond; 0 when only tokens are limited. */
  constructor(ratePerMs: number) {
    this.#ratePerMs = ratePerMs;
  }

  level(inFlight: number): number {
    const expected = Math.max(FLOOR, 2 * inFlight + 10, 2000 * this.#ratePerMs, this.#derived());
    return Math.floor(Math.min(expected, this.#largest()));
  }

  admits(inFlight: number): boolean {
    return inFlight < this.#largest();
  }

  ended(feedback: Feedback): void {
    if (feedback.kind === "answered") this.#latencies.add(feedback.latencyMs);
  }

  #derived(): number {
    return 2 * this.#ratePerMs * (this.#latencies.p95() ?? 0) + 10;
  }

  #largest(): number {
    return Math.min(LARGEST_AT_ALL, Math.max(LARGEST_WHEN_KNOWN, this.#derived()));
  }
}

const FIRST_WHEN_UNKNOWN = 16;
const LARGEST_WHEN_UNKNOWN = 1024;

/**
 * For a provider nobody knows a limit of: begins at 16 and doubles per round trip while answers come and the
 * slots are used, halves once per round when it is told to wait, then goes on one by one.
 */
export class ProbingBound implements InFlightBound {
  #level = FIRST_WHEN_UNKNOWN;
  #slowFrom = LARGEST_WHEN_UNKNOWN;
  #newestAtCut = -1;

  level(): number {
    return Math.floor(this.#level);
  }

  admits(inFlight: number): boolean {
    return inFlight < this.level();
  }

  ended(feedback: Feedback, sequence: number, newest: number, inFlight: number): void {
    if (feedback.kind === "answered") {
      if (inFlight * 2 < this.#level) return;
      const step = this.#level < this.#slowFrom ? 1 : 1 / this.#level;
      this.#level = Math.min(LARGEST_WHEN_UNKNOWN, this.#level + step);
    } else if (feedback.kind === "throttled" || feedback.kind === "overloaded") {
      if (sequence <= this.#newestAtCut) return;
      this.#level = Math.max(1, this.#level / 2);
      this.#slowFrom = this.#level;
      this.#newestAtCut = newest;
    }
  }
}
