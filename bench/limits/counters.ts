import type { ServerLimit } from "./scenario.ts";

/** Sums of fractions miss a whole number by less than this. */
const ROUNDING = 1e-6;

/** One limit as a server counts it. */
export interface Counter {
  /** Milliseconds until `cost` has room; 0 = now. */
  wait(now: number, cost: number): number;
  /** A negative amount is given back. */
  take(now: number, amount: number): void;
  /** The limit, and what may be taken at once, are from now on this part of what they were at first. */
  scale(now: number, factor: number): void;
  /** What the headers tell. */
  limit(): number;
  remaining(now: number): number;
  resetMs(now: number): number;
}

export function counterOf(limit: ServerLimit): Counter {
  switch (limit.kind) {
    case "bucket":
      return new TokenBucket(limit.perWindow / limit.windowMs, limit.perWindow, limit.burst);
    case "fixed":
      return new FixedWindow(limit.perWindow, limit.windowMs, limit.phaseMs);
    case "sliding":
      return new SlidingLog(limit.perWindow, limit.windowMs);
  }
}

class TokenBucket implements Counter {
  readonly #ratePerMs: number;
  readonly #perWindow: number;
  readonly #burst: number;
  #factor = 1;
  #level: number;
  #at = 0;

  constructor(ratePerMs: number, perWindow: number, burst: number) {
    this.#ratePerMs = ratePerMs;
    this.#perWindow = perWindow;
    this.#burst = burst;
    this.#level = burst;
  }

  wait(now: number, cost: number): number {
    this.#advance(now);
    const need = Math.min(cost, this.#capacity());
    return this.#level >= need - ROUNDING ? 0 : (need - this.#level) / this.#rate();
  }

  take(now: number, amount: number): void {
    this.#advance(now);
    this.#level = Math.min(this.#capacity(), this.#level - amount);
  }

  scale(now: number, factor: number): void {
    this.#advance(now);
    this.#factor = factor;
    this.#level = Math.min(this.#level, this.#capacity());
  }

  limit(): number {
    return this.#perWindow * this.#factor;
  }

  remaining(now: number): number {
    this.#advance(now);
    return Math.max(0, this.#level);
  }

  resetMs(now: number): number {
    this.#advance(now);
    return (this.#capacity() - this.#level) / this.#rate();
  }

  #rate(): number {
    return this.#ratePerMs * this.#factor;
  }

  #capacity(): number {
    return this.#burst * this.#factor;
  }

  #advance(now: number): void {
    this.#level = Math.min(this.#capacity(), this.#level + (now - this.#at) * this.#rate());
    this.#at = now;
  }
}

class FixedWindow implements Counter {
  readonly #perWindow: number;
  readonly #windowMs: number;
  readonly #phaseMs: number;
  #factor = 1;
  #used = 0;
  #window = Number.NaN;

  constructor(perWindow: number, windowMs: number, phaseMs: number) {
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
    this.#phaseMs = phaseMs;
  }

  wait(now: number, cost: number): number {
    this.#advance(now);
    return this.#used + cost <= this.limit() + ROUNDING ? 0 : this.resetMs(now);
  }

  take(now: number, amount: number): void {
    this.#advance(now);
    this.#used += amount;
  }

  scale(_now: number, factor: number): void {
    this.#factor = factor;
  }

  limit(): number {
    return this.#perWindow * this.#factor;
  }

  remaining(now: number): number {
    this.#advance(now);
    return Math.max(0, this.limit() - this.#used);
  }

  resetMs(now: number): number {
    return this.#windowMs - ((now + this.#phaseMs) % this.#windowMs);
  }

  #advance(now: number): void {
    const window = Math.floor((now + this.#phaseMs) / this.#windowMs);
    if (window === this.#window) return;
    this.#window = window;
    this.#used = 0;
  }
}

/** For requests only: each entry is one unit. */
class SlidingLog implements Counter {
  readonly #perWindow: number;
  readonly #windowMs: number;
  #factor = 1;
  #times: number[] = [];
  #oldest = 0;

  constructor(perWindow: number, windowMs: number) {
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
  }

  wait(now: number): number {
    this.#advance(now);
    const over = this.#count() + 1 - this.limit();
    if (over <= ROUNDING) return 0;
    return this.#timeOf(this.#oldest + Math.ceil(over - ROUNDING) - 1) + this.#windowMs - now;
  }

  take(now: number): void {
    this.#times.push(now);
  }

  scale(_now: number, factor: number): void {
    this.#factor = factor;
  }

  limit(): number {
    return this.#perWindow * this.#factor;
  }

  remaining(now: number): number {
    this.#advance(now);
    return Math.max(0, this.limit() - this.#count());
  }

  resetMs(now: number): number {
    this.#advance(now);
    return this.#count() === 0 ? 0 : this.#timeOf(this.#oldest) + this.#windowMs - now;
  }

  #count(): number {
    return this.#times.length - this.#oldest;
  }

  #timeOf(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #advance(now: number): void {
    while (this.#timeOf(this.#oldest) + this.#windowMs <= now + ROUNDING) this.#oldest += 1;
    if (this.#oldest < 10_000) return;
    this.#times = this.#times.slice(this.#oldest);
    this.#oldest = 0;
  }
}
