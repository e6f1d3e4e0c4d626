import type { LimitCounter } from "./limit-counter.ts";

/** A counter that starts again at every multiple of `windowMs`. */
export function createFixedWindow(perWindow: number, windowMs: number): LimitCounter {
  let index = Number.NEGATIVE_INFINITY;
  let count = 0;

  function roll(now: number): void {
    const current = Math.floor(now / windowMs);
    if (current <= index) return;
    index = current;
    count = 0;
  }

  const untilNext = (now: number) => (Math.floor(now / windowMs) + 1) * windowMs - now;

  return {
    waitFor(now, amount) {
      roll(now);
      return count + Math.min(amount, perWindow) <= perWindow ? 0 : untilNext(now);
    },
    take(now, amount) {
      roll(now);
      count += amount;
    },
    refund(now, takenAt, amount) {
      roll(now);
      if (Math.floor(takenAt / windowMs) === index) count = Math.max(0, count - amount);
    },
    used(now) {
      roll(now);
      return count;
    },
    resetMs(now) {
      return untilNext(now);
    },
  };
}
