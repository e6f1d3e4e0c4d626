import type { Clock } from "../model/clock.ts";

/** The one place that sleeps: a single timer, set to the earliest moment anything wants to happen. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at this time of the clock instead of any earlier wish; Infinity for never. */
  set(at: number): void {
    if (at === this.#at) return;
    this.#cancel?.();
    this.#at = at;
    this.#cancel =
      at === Number.POSITIVE_INFINITY ? null : this.#clock.after(at - this.#clock.now(), () => this.#rang());
  }

  #rang(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#cancel = null;
    this.#ring();
  }
}
