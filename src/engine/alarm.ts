import type { Clock } from "../model/clock.ts";
import { LateLook } from "./late-look.ts";

/** The one place that sleeps: a single timer, set to the earliest moment anything wants to happen. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  readonly #lateLook = new LateLook();
  /** When it rings, or was to ring last. */
  #due = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at this time of the clock instead of any earlier wish; Infinity for never. */
  set(at: number): void {
    if (at === this.#due && this.#cancel !== null) return;
    this.#cancel?.();
    this.#due = at;
    this.#cancel =
      at === Number.POSITIVE_INFINITY ? null : this.#clock.after(at - this.#clock.now(), () => this.#rang());
  }

  /** Asked first in each turn. False for some seconds after it rang too late. */
  mayJudge(now: number): boolean {
    return this.#lateLook.mayJudge(now, this.#due);
  }

  /** When to judge what is due at that time. */
  judgeAt(due: number): number {
    return this.#lateLook.judgeAt(due);
  }

  #rang(): void {
    this.#cancel = null;
    this.#ring();
  }
}
