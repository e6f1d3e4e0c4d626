import { ChangingLimit } from "./changing-limit.ts";
import { type Counter, ROUNDING } from "./counter.ts";

/** For requests only: each entry is one unit. */
export class SlidingLog extends ChangingLimit implements Counter {
  readonly #windowMs: number;
  #times: number[] = [];
  #oldest = 0;

  constructor(perWindow: number, windowMs: number) {
    super(perWindow);
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
