import { MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import type { Limit } from "../model/limits.ts";
import { Bucket } from "./bucket.ts";
import { type Growth, grown, nextGrowth } from "./growth-curve.ts";
import { FIRST_IN_FLIGHT } from "./in-flight-bound.ts";
import { Plateau } from "./plateau.ts";
import { Throughput } from "./throughput.ts";

/** Requests per millisecond, beside those that may be in flight from the start. */
const FIRST_RATE = 4 / 1000;
/** Some of those go at once, and the rest so far apart: what turns some away is noticed before all are on their way. */
const FIRST_BURST = 6;
const FIRST_APART_MS = 25;
const LEAST_RATE = 0.02 / 1000;
const BURST_MS = 100;
/** What is left of a burst when a pause is over. */
const RESUMED_LEVEL = 0.5;
/** Doubling goes on only while the lane really sends at the rate it has. */
const FOLLOWING = 0.7;
/** A rate so far above the known limits is no limit of its own. */
const HANDED_BACK = 1.1;
/** Turned away again so soon: the pause doubles with each that told nothing new. */
const SOON_MS = 8000;
const LEAST_PAUSE_MS = 500;
const LONGEST_LEAST_PAUSE_MS = 10_000;

/** What the lane knows when something is turned away or time passes. */
export interface LearnerView {
  /** What the known limits allow together, per ms; Infinity when there are none. */
  ceiling: number;
  inFlight: number;
  meanLatencyMs: number;
}

/**
 * Learns how many requests per second a provider takes, from nothing but what it turns away.
 *
 *   standing by ──limits struck again and again──► learning ──its rate passes the limits──► standing by
 *   starting, doubling ──first rejection──► learning
 */
export class RateLearner {
  readonly #throughput = new Throughput();
  readonly #plateau = new Plateau();
  readonly #bucket = new Bucket(FIRST_RATE, FIRST_BURST, 1);
  #areKnown = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #rate = FIRST_RATE;
  #isStarting = true;
  /** The first few are on their way, and nothing was turned away. */
  #isAtOnce = true;
  #growth: Growth | null = null;
  #growsFrom = 0;
  /** The rate at which something was turned away, until the gate opens. */
  #rejectedAt: number | null = null;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** What was sent when known limits were first struck: pauses between strikes say nothing of the rate. */
  #struckAt = 0;

  /** Requests per ms; Infinity while it stands by. */
  get ratePerMs(): number {
    return this.#rate;
  }

  /** Its rate as a limit, for screens. */
  get limit(): Limit {
    const isPerSecond = this.#rate * SECOND_MS >= 10;
    const windowMs = isPerSecond ? SECOND_MS : MINUTE_MS;
    return { dimension: "requests", perWindow: this.#rate * windowMs, windowMs, source: "learned" };
  }

  isEngaged(): boolean {
    return this.#rate !== Number.POSITIVE_INFINITY;
  }

  /** False before anything was turned away: its rate is then how far it dared to go. */
  hasLearned(): boolean {
    return this.isEngaged() && !this.#isStarting;
  }

  /** Limits are the truth until the provider turns away what should fit; without any it begins slowly. */
  limitsAreKnown(areKnown: boolean): void {
    if (areKnown === this.#areKnown) return;
    this.#areKnown = areKnown;
    this.#isStarting = !areKnown;
    this.#isAtOnce = !areKnown;
    this.#rate = areKnown ? Number.POSITIVE_INFINITY : FIRST_RATE;
  }

  snapshot(): LaneSnapshot["limits"][number] {
    const usedShare = Math.min(1, this.#throughput.sentPerMs / this.#rate);
    return { ...this.limit, usedShare, cumulativeShare: usedShare };
  }

  /** A few in flight need no rate, as long as nothing was turned away. */
  wait(now: number, inFlight: number): number {
    if (!this.isEngaged()) return 0;
    const paced = this.#bucket.wait(now, 1);
    if (!this.#isAtOnce || inFlight >= FIRST_IN_FLIGHT) return paced;
    return Math.min(paced, Math.max(0, this.#sentAt + FIRST_APART_MS - now));
  }

  sent(now: number): void {
    this.#throughput.sent(now);
    this.#plateau.sent(now);
    this.#sentAt = now;
    if (this.isEngaged()) this.#bucket.charge(now, 1);
  }

  answered(): void {
    this.#throughput.answered();
  }

  /** One that was sent was turned away, whatever became of the others. */
  turnedAway(): void {
    this.#plateau.turnedAway();
  }

  /** To be called while the gate is open. */
  grow(now: number, { ceiling, inFlight, meanLatencyMs }: LearnerView): void {
    const isNews = this.#throughput.tick(now, meanLatencyMs);
    if (this.#isStarting) {
      const isFollowed = this.#throughput.sentPerMs >= FOLLOWING * this.#rate;
      if (isNews && isFollowed && this.#throughput.keepsUp(inFlight)) this.#setRate(now, 2 * this.#rate);
    } else if (this.isEngaged() && this.#growth !== null) {
      const wish = grown(this.#growth, now - this.#growsFrom, meanLatencyMs);
      const rate = Math.min(wish, Math.max(this.#growth.plateau, this.#throughput.provenPerMs));
      if (rate > this.#rate) this.#setRate(now, rate);
      if (this.#rate > HANDED_BACK * ceiling) this.#rate = Number.POSITIVE_INFINITY;
    }
  }

  /** Something was turned away that should fit: should it come to learning, this is where the measure begins. */
  struck(now: number, { ceiling, meanLatencyMs }: LearnerView): void {
    if (this.isEngaged()) return;
    this.#plateau.restart(now, meanLatencyMs);
    const used = this.#usedPerMs() || this.#throughput.sentSoFarPerMs(now);
    this.#struckAt = Math.min(used, ceiling);
  }

  /** A pause for rejections began. What it teaches is known when it is over: the pause is part of the measure. */
  rejected(now: number, { ceiling }: LearnerView): void {
    const rate = this.isEngaged() ? this.#rate : Math.max(this.#struckAt, this.#usedPerMs(), LEAST_RATE);
    this.#rejectedAt = Math.min(rate, ceiling);
    this.#cutAt = now;
  }

  /** How long to pause at least when turned away again right after an episode. */
  leastPauseMs(now: number): number {
    if (!this.isEngaged() || now - this.#cutAt > SOON_MS) return 0;
    return Math.min(LONGEST_LEAST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** Math.min(5, this.#plateau.untold));
  }

  /** The gate opened: paced, without a burst, at what the last cycle taught. */
  resumed(now: number, { meanLatencyMs }: LearnerView): void {
    if (this.#rejectedAt !== null) this.#adapt(now, this.#rejectedAt, meanLatencyMs);
    this.#rejectedAt = null;
    const surplus = this.#bucket.level(now) - RESUMED_LEVEL;
    if (surplus > 0) this.#bucket.charge(now, surplus);
  }

  #adapt(now: number, current: number, latencyMs: number): void {
    const isOfBurst = this.#isAtOnce && this.#rate === FIRST_RATE;
    this.#isAtOnce = false;
    if (isOfBurst) {
      // How many are taken at once tells nothing of how many in a second.
      this.#plateau.restart(now, latencyMs);
      return;
    }
    const blockMs = now - this.#cutAt;
    const before = this.#growth?.plateau ?? current;
    const plateau = this.#isStarting
      ? this.#plateau.first(now, current, latencyMs)
      : this.#plateau.next(now, current, { before, blockMs, latencyMs });
    const timescaleMs = Math.max(blockMs, latencyMs);
    this.#growth = nextGrowth(this.#growth, { plateau, timescaleMs, agreed: this.#plateau.agreed });
    this.#growsFrom = now;
    this.#isStarting = false;
    this.#setRate(now, this.#growth.from * plateau);
  }

  #usedPerMs(): number {
    return Math.max(this.#throughput.sentPerMs, this.#throughput.answeredPerMs);
  }

  #setRate(now: number, ratePerMs: number): void {
    this.#rate = Math.max(LEAST_RATE, ratePerMs);
    const burst = Math.max(1, BURST_MS * this.#rate);
    this.#bucket.retune(now, this.#rate, burst, burst);
  }
}
