import type { Limit } from "../model/limits.ts";

/** How much of what a limit allowed was used, from the first send to the last. */
export class LimitUse {
  #used = 0;
  #allowed = 0;
  #since: number | null = null;
  #last = 0;

  add(now: number, amount: number): void {
    this.#since ??= now;
    this.#last = now;
    this.#used += amount;
  }

  /** The limit is another one from now on. */
  changed(now: number, before: Limit): void {
    if (this.#since === null) return;
    this.#allowed += allowance(before, now - this.#since);
    this.#since = now;
  }

  /**
   * 0 to 1. Before a whole window has passed it is the share of that window. `burst`: what may go at once, on top of
   * the even pace.
   */
  share(limit: Limit, burst: number): number {
    if (this.#since === null) return 0;
    const allowed = this.#allowed + allowance(limit, this.#last - this.#since) + burst;
    return this.#used / Math.max(allowed, limit.perWindow);
  }
}

function allowance({ perWindow, windowMs }: Limit, spanMs: number): number {
  return (perWindow * Math.max(0, spanMs)) / windowMs;
}
