import { ChangingLimit } from "./changing-limit.ts";
import { type Counter, ROUNDING } from "./counter.ts";

export class FixedWindow extends ChangingLimit implements Counter {
  readonly #windowMs: number;
  readonly #phaseMs: number;
  #used = 0;
  #window = Number.NaN;

  constructor(perWindow: number, windowMs: number, phaseMs: number) {
    super(perWindow);
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
