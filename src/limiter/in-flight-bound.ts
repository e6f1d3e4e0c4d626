import type { Feedback } from "../model/limiter.ts";
import { Knee } from "./knee.ts";
import { LatencyWindow } from "./latency-window.ts";

/** Where a rate is known the rate is the limit; this only protects memory and sockets. */
const LARGEST_WHEN_KNOWN = 8192;
const LARGEST_AT_ALL = 65_536;
/** With a provider of which nothing is known (docs/decisions/0046-sixteen-to-begin-with.md). */
export const FIRST_IN_FLIGHT = 16;
/** While no answer has come at all there is nothing that says more would help. */
const LARGEST_WHEN_BLIND = 1024;
/** A request that was not turned away for so long was taken. */
const SILENCE_MS = 600;

/**
 * Bounds how many requests of a lane are in flight when the user gave no number. A fixed bound is a hidden rate
 * limit: 50 requests a second of 75 s each hold 3,750 slots, and 500 of them 37,500. So it follows twice the rate
 * times the latency seen, once a rate is known. Before, it begins with 16 and grows by one for each request that
 * was taken, as long as more of them in flight do not just wait longer.
 */
export class InFlightBound {
  readonly #latencies = new LatencyWindow();
  readonly #knee = new Knee();
  #answers = 0;
  #taken = 0;
  #newest = -1;
  #mark = { at: Number.POSITIVE_INFINITY, sequence: -1 };

  /** `ratePerMs`: requests per ms that limits allow or that was learned; null while nothing is known. */
  most(ratePerMs: number | null): number {
    if (ratePerMs !== null) {
      return Math.min(LARGEST_AT_ALL, Math.max(LARGEST_WHEN_KNOWN, this.#derived(ratePerMs)));
    }
    const grown = FIRST_IN_FLIGHT + 2 * this.#taken;
    if (this.#answers === 0) return Math.min(LARGEST_WHEN_BLIND, grown);
    return Math.min(LARGEST_AT_ALL, grown, this.#knee.most);
  }

  /** How many connections may soon be of use: it grows with what is in flight, so that they are opened in time. */
  expected(inFlight: number, ratePerMs: number | null): number {
    const most = this.most(ratePerMs);
    if (ratePerMs === null) return Math.floor(most);
    const soon = Math.max(FIRST_IN_FLIGHT, 2 * inFlight + 10, 2000 * ratePerMs, this.#derived(ratePerMs));
    return Math.floor(Math.min(most, soon));
  }

  sent(now: number, sequence: number): void {
    this.#newest = sequence;
    this.#knee.sent(sequence);
    if (this.#mark.at === Number.POSITIVE_INFINITY) this.#mark = { at: now, sequence };
    else this.#passSilence(now);
  }

  /** How long until more may be in flight although nothing ends; Infinity when only an end makes room. */
  growsInMs(now: number): number {
    this.#passSilence(now);
    const isBlind = this.#answers === 0 && FIRST_IN_FLIGHT + 2 * this.#taken < LARGEST_WHEN_BLIND;
    return isBlind ? this.#mark.at + SILENCE_MS - now : Number.POSITIVE_INFINITY;
  }

  /** Whatever was sent before the mark and not turned away since was taken. */
  #passSilence(now: number): void {
    if (now - this.#mark.at < SILENCE_MS) return;
    this.#taken = Math.max(this.#taken, this.#mark.sequence + 1);
    this.#mark.at = now;
    this.#mark.sequence = this.#newest;
  }

  ended(now: number, sequence: number, inFlight: number, feedback: Feedback): void {
    if (feedback.kind !== "answered") return;
    this.#answers += 1;
    this.#taken += 1;
    this.#latencies.add(feedback.latencyMs);
    this.#knee.answered(now, sequence, inFlight, feedback);
  }

  meanLatencyMs(): number {
    return this.#latencies.mean();
  }

  #derived(ratePerMs: number): number {
    return 2 * ratePerMs * (this.#latencies.p95() ?? 0) + 10;
  }
}
