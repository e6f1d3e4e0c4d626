import type { Limit } from "../model/limits.ts";
import { Bucket } from "./bucket.ts";
import { ExactLog } from "./exact-log.ts";
import type { SendHistory } from "./send-history.ts";
import { SlotSum } from "./slot-sum.ts";

/** Never a whole window at once: so much of the pace may be spent in one go. */
const REQUEST_BURST_MS = 200;
const TOKEN_BURST_MS = 5000;
/** Windows up to this long are held by the exact log alone, longer ones also by a pace a little below the limit. */
const SHORT_WINDOW_MS = 1000;
const SAFETY = 0.99;
/** The exact log takes 8 bytes per request of the limit; beyond this many, slots are exact enough. */
const LONGEST_LOG = 65_536;
/** A fraction of a request cannot be sent: below this limit "1.5 per second" becomes one every 667 ms. */
const SPACED_BELOW = 10;

/** Holds one limit: a small burst and an even pace by a bucket, the limit itself by the history of sends. */
export class Pacer {
  readonly limit: Limit;
  readonly #bucket: Bucket;
  readonly #history: SendHistory;
  readonly #perWindow: number;

  /** A pacer that takes over from another counts what that one sent in the present window. */
  constructor(limit: Limit, predecessor: Pacer | null = null) {
    this.limit = limit;
    const { perWindow, windowMs } = wholeNumbered(limit);
    this.#perWindow = perWindow;
    const pace = (perWindow / windowMs) * (windowMs <= SHORT_WINDOW_MS ? 1 : SAFETY);
    const burst =
      limit.dimension === "requests"
        ? Math.max(1, REQUEST_BURST_MS * pace)
        : Math.min(perWindow, TOKEN_BURST_MS * pace);
    this.#bucket = new Bucket(pace, burst, Math.max(1, perWindow));
    this.#history = historyOf(
      limit.dimension,
      perWindow,
      windowMs,
      predecessor === null ? null : predecessor.#history,
    );
  }

  /** Milliseconds until a charge of `amount` may go. The wait is clamped, so that a charge of any size passes. */
  wait(now: number, amount: number): number {
    const need = this.limit.dimension === "requests" ? amount : Math.min(amount, this.#bucket.capacity / 2);
    return Math.max(this.#bucket.wait(now, need), this.#history.wait(now, amount));
  }

  sent(now: number, amount: number): void {
    this.#bucket.charge(now, amount);
    this.#history.reserve(amount);
  }

  written(now: number, amount: number): void {
    this.#history.write(now, amount);
  }

  neverWritten(now: number, amount: number): void {
    this.#bucket.charge(now, -amount);
    this.#history.release(amount);
  }

  /** What was written at `writtenAt` weighed `delta` more than it was charged. */
  correct(now: number, writtenAt: number, delta: number): void {
    if (this.limit.dimension === "requests") return;
    const bounded = Math.min(delta, this.limit.perWindow);
    this.#bucket.charge(now, bounded);
    this.#history.correct(now, writtenAt, bounded);
  }

  /** After a rejection the next sends are paced from nothing. */
  drain(now: number): void {
    this.#bucket.drain(now);
  }

  /** Share of the limit used within the window that ends now, 0 to about 1. */
  usedShare(now: number): number {
    return this.#history.used(now) / this.#perWindow;
  }

  /** Credit in the bucket; always finite. */
  level(now: number): number {
    return this.#bucket.level(now);
  }

  /** Requests (or tokens) per millisecond this limit allows. */
  ratePerMs(): number {
    return this.limit.perWindow / this.limit.windowMs;
  }
}

function wholeNumbered({ dimension, perWindow, windowMs }: Limit): { perWindow: number; windowMs: number } {
  if (dimension === "tokens" || Number.isInteger(perWindow)) return { perWindow, windowMs };
  if (perWindow < SPACED_BELOW) return { perWindow: 1, windowMs: windowMs / perWindow };
  return { perWindow: Math.floor(perWindow), windowMs };
}

function historyOf(
  dimension: Limit["dimension"],
  perWindow: number,
  windowMs: number,
  predecessor: SendHistory | null,
): SendHistory {
  if (dimension === "requests" && perWindow <= LONGEST_LOG) {
    return new ExactLog(perWindow, windowMs, predecessor instanceof ExactLog ? predecessor : null);
  }
  return new SlotSum(perWindow, windowMs, predecessor instanceof SlotSum ? predecessor : null);
}
