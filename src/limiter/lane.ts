import type { Feedback, LaneSnapshot, Limiter, Load, Permit } from "../model/limiter.ts";
import type { Binding, Limit, ToldLimit } from "../model/limits.ts";
import { ConcurrencyGuard, isOverload } from "./concurrency-guard.ts";
import { Gate } from "./gate.ts";
import { Graze } from "./graze.ts";
import { InFlightBound } from "./in-flight-bound.ts";
import { amountFor, bindingOf, LaneLimits } from "./lane-limits.ts";
import { LanePermit } from "./lane-permit.ts";
import { type LearnerView, RateLearner } from "./rate-learner.ts";
import type { Slots } from "./slots.ts";
import { Strikes } from "./strikes.ts";
import { TokenEstimator } from "./token-estimator.ts";
import { usedTokens } from "./used-tokens.ts";

/** A reason to wait is shown this long after it last held: between two sends of a paced lane nothing binds. */
const BINDING_SHOWN_MS = 1000;

/** A daily limit that does not say when it ends is asked about this often at first. */
const DAILY_PROBE_MS = 60_000;

/** What holds a lane: its limits, and the slots of its account where the user gave a number. */
export interface LaneSettings {
  limits: readonly Limit[];
  slots: Slots | null;
}

/** One account and model: composes gate, limits, learner, bounds and estimator into leave to start. */
export class Lane implements Limiter {
  readonly #name: string;
  readonly #gate: Gate;
  readonly #graze = new Graze();
  readonly #limits = new LaneLimits();
  readonly #learner = new RateLearner();
  readonly #strikes = new Strikes();
  readonly #guard = new ConcurrencyGuard();
  readonly #bound = new InFlightBound();
  readonly #estimator = new TokenEstimator();
  /** Called whenever a request ended: whoever was told to wait may ask again. */
  readonly #roomAgain: () => void;
  #slots: Slots | null = null;
  #newest = -1;
  #tokensSent = 0;
  #inFlight = 0;
  #bindingBy: Binding = "nothing";
  #bindingUntil = 0;
  /** The latest moment the lane was told. */
  #now = Number.NEGATIVE_INFINITY;

  constructor(name: string, settings: LaneSettings, random: () => number, roomAgain: () => void) {
    this.#name = name;
    this.#gate = new Gate(random, (now) => this.#learner.resumed(now, this.#view()));
    this.#roomAgain = roomAgain;
    this.configure(settings);
  }

  /** Puts other limits in force. What was sent under the old ones still counts, dimension by dimension. */
  configure({ limits, slots }: LaneSettings): void {
    this.#slots = slots;
    this.#limits.give(this.#now, limits);
    this.#learner.limitsAreKnown(this.#isToldHowMuch());
  }

  admit(now: number, load: Load): number {
    this.#now = now;
    const gate = Math.max(this.#gate.wait(now), this.#graze.wait(now));
    if (gate > 0) return this.#refuse(now, "provider", gate);
    const slot = this.#slotWait(now);
    if (slot > 0) return this.#refuse(now, "concurrency", slot);
    let longest = 0;
    if (!this.#gate.isClosed()) {
      this.#learner.grow(now, this.#view());
      longest = this.#learner.wait(now, this.#inFlight);
      if (longest > 0) this.#refuse(now, bindingOf(this.#learner.limit), longest);
    }
    const tokens = this.#estimator.estimate(load);
    for (const pacer of this.#limits.pacers) {
      const wait = pacer.wait(now, amountFor(pacer, tokens));
      if (wait <= longest) continue;
      longest = wait;
      this.#refuse(now, bindingOf(pacer.limit), wait);
    }
    return longest;
  }

  sent(now: number, load: Load): Permit {
    this.#newest += 1;
    this.#inFlight += 1;
    const estimatedTokens = this.#estimator.estimate(load);
    this.#tokensSent += estimatedTokens;
    const facts = {
      sequence: this.#newest,
      sentAt: now,
      estimatedTokens,
      bodyBytes: load.bodyBytes,
      tokensSent: this.#tokensSent,
    };
    const permit = new LanePermit(facts, this.#limits.pacers, this.#slots);
    permit.slots?.take(this);
    for (const pacer of permit.pacers) pacer.sent(now, amountFor(pacer, estimatedTokens));
    this.#gate.sent(now, permit.sequence);
    this.#learner.sent(now);
    this.#bound.sent(now, permit.sequence);
    return permit;
  }

  written(now: number, permit: Permit): void {
    if (!(permit instanceof LanePermit) || permit.writtenAt !== null) return;
    permit.writtenAt = now;
    for (const pacer of permit.pacers) pacer.written(now, amountFor(pacer, permit.estimatedTokens));
  }

  told(now: number, permit: Permit, limits: readonly ToldLimit[]): void {
    if (!(permit instanceof LanePermit)) return;
    this.#limits.told(now, permit, limits, { newest: this.#newest, tokensSent: this.#tokensSent });
    this.#learner.limitsAreKnown(this.#isToldHowMuch());
  }

  settle(now: number, permit: Permit, feedback: Feedback): void {
    if (!(permit instanceof LanePermit)) return;
    permit.slots?.give(this);
    if (permit.writtenAt === null && feedback.kind === "not-sent") {
      for (const pacer of permit.pacers) pacer.neverWritten(now, amountFor(pacer, permit.estimatedTokens));
    } else {
      this.written(now, permit);
      this.#correctTokens(now, permit, feedback);
    }
    this.#bound.ended(now, permit.sequence, this.#inFlight, feedback);
    this.#guard.ended(feedback, permit.sequence, this.#newest, this.#inFlight);
    this.#inFlight -= 1;
    this.#learnRate(now, permit, feedback);
    this.#estimator.learn(permit.bodyBytes, feedback.inputTokens, feedback.outputTokens);
    this.#roomAgain();
  }

  maxInFlight(): number {
    const most = this.#slots?.most ?? this.#bound.expected(this.#inFlight, this.#knownRate());
    return Math.floor(Math.min(this.#guard.most, most));
  }

  snapshot(now: number): LaneSnapshot {
    const limits = this.#limits.pacers.map((pacer) => pacer.snapshot(now));
    return {
      lane: this.#name,
      inFlight: this.#inFlight,
      limits: this.#learner.hasLearned() ? [...limits, this.#learner.snapshot()] : limits,
      binding: this.#gate.isClosed() ? "provider" : now < this.#bindingUntil ? this.#bindingBy : "nothing",
      blockedForMs: this.#gate.blockedForMs(now),
    };
  }

  /** How long until a slot is free; a lane with nothing in flight always has one. */
  #slotWait(now: number): number {
    const shared = this.#slots?.wait(now, this) ?? 0;
    if (shared > 0) return shared;
    if (this.#inFlight === 0) return 0;
    if (this.#inFlight >= Math.floor(this.#guard.most)) return Number.POSITIVE_INFINITY;
    if (this.#slots !== null || this.#inFlight < Math.floor(this.#bound.most(this.#knownRate()))) return 0;
    return this.#bound.growsInMs(now);
  }

  /** Requests per ms that limits allow or that was learned; null while nothing is known. */
  #knownRate(): number | null {
    const learned = this.#learner.hasLearned() ? this.#learner.ratePerMs : Number.POSITIVE_INFINITY;
    const rate = Math.min(this.#limits.requestsPerMs(this.#estimator.meanTotal()), learned);
    return Number.isFinite(rate) ? rate : null;
  }

  #view(): LearnerView {
    return {
      ceiling: this.#limits.requestsPerMs(this.#estimator.meanTotal()),
      inFlight: this.#inFlight,
      meanLatencyMs: this.#bound.meanLatencyMs(),
    };
  }

  #refuse(now: number, by: Binding, waitMs: number): number {
    this.#bindingBy = by;
    this.#bindingUntil = now + (Number.isFinite(waitMs) ? waitMs : 0) + BINDING_SHOWN_MS;
    return waitMs;
  }

  /** Tokens that were not used are given back; a throttled request used none, a failed one only its prompt. */
  #correctTokens(now: number, permit: LanePermit, feedback: Feedback): void {
    const delta =
      usedTokens(permit, this.#estimator.promptTokens(permit.bodyBytes), feedback) - permit.estimatedTokens;
    if (delta === 0) return;
    for (const pacer of permit.pacers) pacer.correct(now, permit.writtenAt ?? now, delta);
  }

  #learnRate(now: number, { sequence }: LanePermit, feedback: Feedback): void {
    const { kind } = feedback;
    if (kind === "not-sent") {
      this.#learner.turnedAway();
      this.#gate.notSent(sequence);
    } else if (kind === "throttled" || kind === "overloaded") {
      this.#learner.turnedAway();
      this.#rejected(now, sequence, feedback);
    } else {
      if (kind === "answered") this.#learner.answered();
      this.#gate.answered(now, sequence);
    }
  }

  #rejected(now: number, sequence: number, feedback: Feedback): void {
    const { latencyMs, named, reason, retryAfterMs } = feedback;
    const isOver = isOverload(feedback);
    if (isOver && retryAfterMs === null && !this.#guard.isOutage()) {
      this.#gate.hold(now);
      return;
    }
    const isRate = !isOver && reason !== "daily";
    if (!isOver) this.#limits.turnedAway(now, named);
    if (isRate && this.#isGraze(now, sequence, feedback)) return;
    const leastPauseMs = isOver ? 0 : this.#learner.leastPauseMs(now);
    const intervalMs =
      reason === "daily" ? DAILY_PROBE_MS : 1 / (this.#knownRate() ?? Number.POSITIVE_INFINITY);
    const rejection = { sequence, newest: this.#newest, latencyMs, retryAfterMs, leastPauseMs, intervalMs };
    const isFirst = this.#gate.throttled(now, rejection);
    if (isFirst && isRate) this.#episode(now, sequence, named);
  }

  #isGraze(now: number, sequence: number, { named, retryAfterMs }: Feedback): boolean {
    if (this.#gate.isClosed() || this.#learner.isEngaged()) return false;
    const placeMs = this.#limits.placeWithinMs(named);
    if (placeMs === null) return false;
    const rejection = { sequence, newest: this.#newest, askedMs: retryAfterMs ?? 0, placeMs };
    return this.#graze.throttled(now, rejection);
  }

  /** Known limits are believed: the pause is all. Where they are struck again and again the learner takes over. */
  #episode(now: number, sequence: number, named: Feedback["named"]): void {
    this.#limits.paused(now, named);
    this.#learner.limitsAreKnown(this.#isToldHowMuch());
    if (this.#strikes.areOver(now)) this.#learner.struck(now, this.#view());
    const isStruck = this.#strikes.add(now, sequence) || this.#limits.pacers.length === 0;
    if (isStruck || this.#learner.isEngaged()) this.#learner.rejected(now, this.#view());
  }

  /** Whoever says how many may be in flight wants that many: the careful start is for those who say nothing. */
  #isToldHowMuch(): boolean {
    return this.#limits.pacers.length > 0 || this.#slots !== null;
  }
}
