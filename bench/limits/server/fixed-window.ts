import { type Counter, ROUNDING } from "./counter.ts";

export class FixedWindow implements Counter {
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
