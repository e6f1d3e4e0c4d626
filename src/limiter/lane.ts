import type { Feedback, LaneSnapshot, Limiter, Load, Permit } from "../model/limiter.ts";
import type { Binding, Limit } from "../model/limits.ts";
import { Gate } from "./gate.ts";
import { type InFlightBound, KnownRateBound, ProbingBound } from "./in-flight-bound.ts";
import { LanePermit } from "./lane-permit.ts";
import { isSameDimension } from "./limits-for.ts";
import { Pacer } from "./pacer.ts";
import type { Slots } from "./slots.ts";
import { TokenEstimator } from "./token-estimator.ts";

/** A reason to wait is shown this long after it last held: between two sends of a paced lane nothing binds. */
const BINDING_SHOWN_MS = 1000;

/** What holds a lane: its limits, and the slots of its account where the user gave a number. */
export interface LaneSettings {
  limits: readonly Limit[];
  slots: Slots | null;
}

/** One account and model: composes gate, bound, pacers and estimator into leave to start. */
export class Lane implements Limiter {
  readonly #name: string;
  readonly #gate: Gate;
  readonly #estimator = new TokenEstimator();
  /** Called whenever a request ended: whoever was told to wait may ask again. */
  readonly #roomAgain: () => void;
  #pacers: readonly Pacer[] = [];
  #slots: Slots | null = null;
  #bound: InFlightBound = new ProbingBound();
  #newest = -1;
  #inFlight = 0;
  #binding: { by: Binding; until: number } = { by: "nothing", until: 0 };

  constructor(name: string, settings: LaneSettings, random: () => number, roomAgain: () => void) {
    this.#name = name;
    this.#gate = new Gate(random);
    this.#roomAgain = roomAgain;
    this.configure(settings);
  }

  /** Puts other limits in force. What was sent under the old ones still counts, dimension by dimension. */
  configure({ limits, slots }: LaneSettings): void {
    this.#slots = slots;
    const before = this.#pacers;
    if (isEqual(before, limits)) return;
    this.#pacers = limits.map(
      (limit) => new Pacer(limit, before.find((old) => isSameDimension(old.limit, limit)) ?? null),
    );
    const rates = this.#pacers.filter((pacer) => pacer.limit.dimension === "requests");
    const slowest = Math.min(...rates.map((pacer) => pacer.ratePerMs()));
    this.#bound =
      limits.length === 0 ? new ProbingBound() : new KnownRateBound(Number.isFinite(slowest) ? slowest : 0);
  }

  admit(now: number, load: Load): number {
    const gate = this.#gate.wait(now);
    if (gate > 0) return this.#refuse(now, "provider", gate);
    if (!this.#hasSlot()) return this.#refuse(now, "concurrency", Number.POSITIVE_INFINITY);
    const tokens = this.#estimator.estimate(load);
    let longest = 0;
    for (const pacer of this.#pacers) {
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
    const { bodyBytes } = load;
    const facts = {
      sequence: this.#newest,
      sentAt: now,
      estimatedTokens: this.#estimator.estimate(load),
      bodyBytes,
    };
    const permit = new LanePermit(facts, this.#pacers, this.#slots);
    permit.slots?.take();
    for (const pacer of permit.pacers) pacer.sent(now, amountFor(pacer, permit.estimatedTokens));
    this.#gate.sent(now, permit.sequence);
    return permit;
  }

  written(now: number, permit: Permit): void {
    if (!(permit instanceof LanePermit) || permit.writtenAt !== null) return;
    permit.writtenAt = now;
    for (const pacer of permit.pacers) pacer.written(now, amountFor(pacer, permit.estimatedTokens));
  }

  told(): void {}

  settle(now: number, permit: Permit, feedback: Feedback): void {
    if (!(permit instanceof LanePermit)) return;
    this.#inFlight -= 1;
    permit.slots?.give();
    if (permit.writtenAt === null && feedback.kind === "not-sent") {
      for (const pacer of permit.pacers) pacer.neverWritten(now, amountFor(pacer, permit.estimatedTokens));
    } else {
      this.written(now, permit);
      this.#correctTokens(now, permit, feedback);
    }
    this.#bound.ended(feedback, permit.sequence, this.#newest, this.#inFlight + 1);
    this.#tellGate(now, permit, feedback);
    this.#estimator.learn(permit.bodyBytes, feedback.inputTokens, feedback.outputTokens);
    this.#roomAgain();
  }

  maxInFlight(): number {
    return this.#slots?.most ?? this.#bound.level(this.#inFlight);
  }

  snapshot(now: number): LaneSnapshot {
    return {
      lane: this.#name,
      inFlight: this.#inFlight,
      limits: this.#pacers.map((pacer) => ({ ...pacer.limit, usedShare: pacer.usedShare(now) })),
      binding: this.#gate.isClosed() ? "provider" : now < this.#binding.until ? this.#binding.by : "nothing",
      blockedForMs: this.#gate.blockedForMs(now),
    };
  }

  #hasSlot(): boolean {
    return this.#slots === null ? this.#bound.admits(this.#inFlight) : this.#slots.hasRoom();
  }

  #refuse(now: number, by: Binding, waitMs: number): number {
    this.#binding = { by, until: now + (Number.isFinite(waitMs) ? waitMs : 0) + BINDING_SHOWN_MS };
    return waitMs;
  }

  /** Tokens that were not used are given back; a throttled request used none, a failed one only its prompt. */
  #correctTokens(now: number, permit: LanePermit, feedback: Feedback): void {
    const delta = this.#actualTokens(permit, feedback) - permit.estimatedTokens;
    if (delta === 0) return;
    for (const pacer of permit.pacers) pacer.correct(now, permit.writtenAt ?? now, delta);
  }

  #actualTokens(permit: LanePermit, feedback: Feedback): number {
    const prompt = Math.min(permit.estimatedTokens, this.#estimator.promptTokens(permit.bodyBytes));
    switch (feedback.kind) {
      case "answered": {
        const { inputTokens, outputTokens } = feedback;
        if (inputTokens === null && outputTokens === null) return permit.estimatedTokens;
        return (inputTokens ?? prompt) + (outputTokens ?? permit.estimatedTokens - prompt);
      }
      case "failed":
      case "timed-out":
        return prompt;
      default:
        return 0;
    }
  }

  #tellGate(now: number, permit: LanePermit, feedback: Feedback): void {
    const { latencyMs, named, retryAfterMs } = feedback;
    if (feedback.kind === "not-sent") this.#gate.notSent(permit.sequence);
    else if (feedback.kind !== "throttled" && feedback.kind !== "overloaded")
      this.#gate.answered(permit.sequence);
    else {
      const rejection = { sequence: permit.sequence, newest: this.#newest, latencyMs, retryAfterMs };
      if (!this.#gate.throttled(now, rejection) || feedback.kind === "overloaded") return;
      for (const pacer of this.#pacers) {
        if (named === null || pacer.limit.dimension === named.dimension) pacer.drain(now);
      }
    }
  }
}

function amountFor(pacer: Pacer, tokens: number): number {
  return pacer.limit.dimension === "requests" ? 1 : tokens;
}

function bindingOf({ dimension, windowMs }: Limit): Binding {
  if (dimension === "tokens") return "tpm";
  return windowMs <= 1000 ? "rps" : "rpm";
}

function isEqual(pacers: readonly Pacer[], limits: readonly Limit[]): boolean {
  return (
    pacers.length === limits.length &&
    limits.every((limit, index) => {
      const old = pacers[index]?.limit;
      return (
        old !== undefined &&
        isSameDimension(old, limit) &&
        old.perWindow === limit.perWindow &&
        old.source === limit.source
      );
    })
  );
}
