import type { NamedLimit } from "../model/ending.ts";
import type { Binding, Limit, ToldLimit } from "../model/limits.ts";
import type { LanePermit } from "./lane-permit.ts";
import { LimitBook } from "./limit-book.ts";
import { isSameDimension } from "./limits-for.ts";
import { Pacer } from "./pacer.ts";
import { WindowGuess } from "./window-guess.ts";

/** How far a lane had come when a response told its limits. */
export interface Progress {
  newest: number;
  tokensSent: number;
}

/** The limits of one lane: what every source says of them, and a pacer for each that is in force. */
export class LaneLimits {
  readonly #book = new LimitBook();
  readonly #guesses = new Map<Limit["dimension"], { guess: WindowGuess; windowMs: number | null }>();
  #pacers: readonly Pacer[] = [];
  #newestTold = -1;

  /** A new array whenever other limits are in force. */
  get pacers(): readonly Pacer[] {
    return this.#pacers;
  }

  /** Flags and published limits, in place of those given before. */
  give(now: number, limits: readonly Limit[]): void {
    this.#book.give(limits);
    this.#apply(now);
  }

  /** Responses overtake each other: what the response to an earlier request says is older news. */
  told(
    now: number,
    permit: LanePermit,
    limits: readonly ToldLimit[],
    { newest, tokensSent }: Progress,
  ): void {
    if (permit.sequence < this.#newestTold) return;
    this.#newestTold = permit.sequence;
    for (const told of limits) {
      const windowMs = told.windowMs ?? this.#guess(now, told);
      if (windowMs === null) continue;
      if (this.#book.told({ ...told, windowMs })) this.#apply(now);
      if (told.remaining === null) continue;
      const isRequests = told.dimension === "requests";
      this.#find(told.dimension, windowMs)?.told(now, {
        sequence: permit.sequence,
        remaining: told.remaining,
        ageMs: now - permit.sentAt,
        sentSince: isRequests ? newest - permit.sequence : tokensSent - permit.tokensSent,
      });
    }
  }

  /** A request was turned away; the text may have named the limit. */
  turnedAway(now: number, named: NamedLimit | null): void {
    if (named !== null && this.#book.named(named)) this.#apply(now);
    for (const pacer of this.#meantBy(named)) pacer.turnedAway();
  }

  /** A pause began with it. */
  paused(now: number, named: NamedLimit | null): void {
    for (const pacer of this.#meantBy(named)) pacer.paused(now);
  }

  /** Within so long the short windows that may be meant have a place again; null where none is known. */
  placeWithinMs(named: NamedLimit | null): number | null {
    const short = this.#meantBy(named).filter((pacer) => pacer.isGrazed());
    return short.length === 0 ? null : Math.max(...short.map((pacer) => 1 / pacer.ratePerMs()));
  }

  /** Requests per ms that the limits allow together; Infinity without limits. */
  requestsPerMs(tokensPerRequest: number): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const pacer of this.#pacers) {
      lowest = Math.min(lowest, pacer.fastestPerMs() / amountFor(pacer, tokensPerRequest));
    }
    return lowest;
  }

  /** Another window is guessed than before: the old one was never a limit. */
  #guess(now: number, { dimension, limit, remaining, resetMs }: ToldLimit): number | null {
    const known = this.#guesses.get(dimension) ?? { guess: new WindowGuess(), windowMs: null };
    this.#guesses.set(dimension, known);
    const windowMs = known.guess.observe(limit, remaining, resetMs);
    if (known.windowMs !== null && windowMs !== null && windowMs !== known.windowMs) {
      this.#book.withdraw(dimension, known.windowMs);
      this.#apply(now);
    }
    known.windowMs = windowMs ?? known.windowMs;
    return known.windowMs;
  }

  #apply(now: number): void {
    this.#pacers = this.#book.inForce().map((limit) => {
      const old = this.#pacers.find((pacer) => isSameDimension(pacer.limit, limit));
      return old?.retune(now, limit) ? old : new Pacer(limit);
    });
  }

  #meantBy(named: NamedLimit | null): readonly Pacer[] {
    return this.#pacers.filter(({ limit }) => named === null || limit.dimension === named.dimension);
  }

  #find(dimension: Limit["dimension"], windowMs: number): Pacer | undefined {
    return this.#pacers.find(({ limit }) => limit.dimension === dimension && limit.windowMs === windowMs);
  }
}

/** What a request weighs in the unit of a limit. */
export function amountFor({ limit }: Pacer, tokens: number): number {
  return limit.dimension === "requests" ? 1 : tokens;
}

export function bindingOf({ dimension, windowMs }: Limit): Binding {
  if (dimension === "tokens") return "tpm";
  return windowMs <= 1000 ? "rps" : "rpm";
}
