import { type Counter, ROUNDING } from "./counter.ts";

export class TokenBucket implements Counter {
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
