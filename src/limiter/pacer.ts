import type { LaneSnapshot } from "../model/limiter.ts";
import type { Limit } from "../model/limits.ts";
import { ArrivalGuard } from "./arrival-guard.ts";
import { Bucket } from "./bucket.ts";
import { ExactLog } from "./exact-log.ts";
import { HeaderBelief, type RemainingSeen } from "./header-belief.ts";
import { LimitUse } from "./limit-use.ts";
import type { SendHistory } from "./send-history.ts";
import { SlotSum } from "./slot-sum.ts";

/** Never a whole window at once: so much of the pace may be spent in one go. */
const REQUEST_BURST_MS = 200;
const TOKEN_BURST_MS = 5000;
/** The exact log takes 8 bytes per request of the limit; beyond this many, slots are exact enough. */
const LONGEST_LOG = 65_536;
/** A fraction of a request cannot be sent: below this limit "1.5 per second" becomes one every 667 ms. */
const SPACED_BELOW = 10;
/** A longer window is not spread evenly: whoever has a thousand requests a day wants them now. */
const EVEN_WITHIN_MS = 60_000;
/** A window that is soon over. */
const SHORT_MS = 1000;
/** A change of pace smaller than this share of it is not worth telling the bucket. */
const PACE_STEP = 0.001;

/**
 * Holds one limit: a small burst and an even pace by a bucket, the limit itself by the history of sends. What
 * headers tell of others who use the same limit slows the pace down, never up.
 */
export class Pacer {
  readonly #guard: ArrivalGuard;
  readonly #bucket: Bucket;
  readonly #history: SendHistory;
  readonly #belief = new HeaderBelief();
  readonly #use = new LimitUse();
  #limit: Limit;
  #perWindow: number;
  #windowMs: number;
  /** Of an even pace. */
  #share = 1;
  #guardMs = 0;
  #pace = 0;

  constructor(limit: Limit) {
    const { perWindow, windowMs } = wholeNumbered(limit);
    this.#limit = limit;
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
    this.#guard = new ArrivalGuard(windowMs, perWindow);
    this.#bucket = new Bucket(perWindow / windowMs, this.#burst(), this.#debt());
    this.#history =
      limit.dimension === "requests" && perWindow <= LONGEST_LOG
        ? new ExactLog(perWindow, windowMs)
        : new SlotSum(perWindow, windowMs);
  }

  get limit(): Limit {
    return this.#limit;
  }

  /** Another number for the same dimension and window. False where the histories are of different kinds. */
  retune(now: number, limit: Limit): boolean {
    const { perWindow, windowMs } = wholeNumbered(limit);
    const isLogged = limit.dimension === "requests" && perWindow <= LONGEST_LOG;
    if (windowMs !== this.#windowMs || isLogged !== this.#history instanceof ExactLog) return false;
    // A provider that lowers a limit scales what is used of it too: a full window stays full, and no fuller.
    const share = limit.source === "header" ? Math.min(1, perWindow / this.#perWindow) : 1;
    this.#use.changed(now, this.#limit);
    this.#limit = limit;
    this.#perWindow = perWindow;
    this.#belief.limitChanged();
    this.#history.resize(perWindow, share);
    this.#setPace(now);
    return true;
  }

  /** Milliseconds until a charge of `amount` may go. The wait is clamped, so that a charge of any size passes. */
  wait(now: number, amount: number): number {
    this.#follow(now);
    const need = this.#isRequests() ? amount : Math.min(amount, this.#bucket.capacity / 2);
    return Math.max(this.#bucket.wait(now, need), this.#history.wait(now, amount, this.#guard.leastMs(now)));
  }

  sent(now: number, amount: number): void {
    this.#bucket.charge(now, amount);
    this.#history.reserve(amount);
    this.#use.add(now, amount);
  }

  written(now: number, amount: number): void {
    this.#history.write(now, amount);
    this.#guard.sent(now);
  }

  neverWritten(now: number, amount: number): void {
    this.#bucket.charge(now, -amount);
    this.#history.release(amount);
    this.#use.add(now, -amount);
  }

  /** What was written at `writtenAt` weighed `delta` more than it was charged. What left its window is past. */
  correct(now: number, writtenAt: number, delta: number): void {
    if (this.#isRequests()) return;
    const bounded = Math.min(delta, this.#perWindow);
    this.#use.add(now, bounded);
    if (writtenAt <= now - this.#windowMs) return;
    this.#bucket.charge(now, bounded);
    this.#history.correct(now, writtenAt, bounded);
  }

  /** A response told how much of this limit remained. */
  told(now: number, seen: RemainingSeen): void {
    const ownInWindow = this.#history.used(now);
    this.#belief.told(now, { ...seen, ownInWindow, limit: this.#perWindow, ratePerMs: this.ratePerMs() });
  }

  /** This limit, or one that was not named, turned a request away: a little further apart. */
  turnedAway(): void {
    this.#guard.rejected();
  }

  /** The same, where a pause began with it: paced from nothing. */
  paused(now: number): void {
    this.#bucket.drain(now);
    this.#belief.rejected();
  }

  /** True where a rejection is but a graze: of a short window, and spared by a little more distance. */
  isGrazed(): boolean {
    return this.#windowMs <= SHORT_MS && !this.#guard.isExhausted();
  }

  /** The limit, the share of it used in the window that ends now, and of what it allowed since the first send. */
  snapshot(now: number): LaneSnapshot["limits"][number] {
    const usedShare = this.#history.used(now) / this.#perWindow;
    return { ...this.#limit, usedShare, cumulativeShare: this.#use.share(this.#limit, this.#burst()) };
  }

  /** Credit in the bucket; always finite. */
  level(now: number): number {
    return this.#bucket.level(now);
  }

  /** Requests (or tokens) per millisecond this limit allows. */
  ratePerMs(): number {
    return this.#perWindow / this.#windowMs;
  }

  /** The same, where a long window may be used sooner than evenly. */
  fastestPerMs(): number {
    return this.ratePerMs() * Math.max(1, this.#share);
  }

  #follow(now: number): void {
    this.#share = this.#belief.paceShare(now, Math.max(1, this.#windowMs / EVEN_WITHIN_MS));
    this.#guardMs = this.#guard.guardMs(now);
    if (Math.abs(this.#wish() - this.#pace) > PACE_STEP * this.#pace) this.#setPace(now);
  }

  #setPace(now: number): void {
    this.#pace = this.#wish();
    this.#bucket.retune(now, this.#pace, this.#burst(), this.#debt());
  }

  #wish(): number {
    return (this.#perWindow / (this.#windowMs + this.#guardMs)) * this.#share;
  }

  #burst(): number {
    const rate = this.#perWindow / this.#windowMs;
    return this.#isRequests()
      ? Math.max(1, REQUEST_BURST_MS * rate)
      : Math.min(this.#perWindow, TOKEN_BURST_MS * rate);
  }

  /** Older debt is forgiven: the history holds the window, and a provider charges what was written only at the end. */
  #debt(): number {
    return Math.max(1, this.#isRequests() ? this.#perWindow : this.#burst());
  }

  #isRequests(): boolean {
    return this.#limit.dimension === "requests";
  }
}

function wholeNumbered({ dimension, perWindow, windowMs }: Limit): { perWindow: number; windowMs: number } {
  if (dimension === "tokens" || Number.isInteger(perWindow)) return { perWindow, windowMs };
  if (perWindow < SPACED_BELOW) return { perWindow: 1, windowMs: windowMs / perWindow };
  return { perWindow: Math.floor(perWindow), windowMs };
}
