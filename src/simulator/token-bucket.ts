import type { LimitCounter } from "./limit-counter.ts";

/** Rounding of repeated refills must not hold back a request that is due. */
const ROUNDING = 1e-6;

/** A bucket refilled continuously at `perWindow` per `windowMs`; it starts full, and its level may go below zero. */
export function createTokenBucket(perWindow: number, windowMs: number, burstMs: number): LimitCounter {
  const rate = perWindow / windowMs;
  const capacity = Math.max(1, rate * burstMs);
  let level = capacity;
  let updatedAt = Number.NEGATIVE_INFINITY;

  function refill(now: number): void {
    if (now <= updatedAt) return;
    if (updatedAt !== Number.NEGATIVE_INFINITY) level = Math.min(capacity, level + (now - updatedAt) * rate);
    updatedAt = now;
  }

  return {
    waitFor(now, amount) {
      refill(now);
      const missing = Math.min(amount, capacity) - level;
      return missing <= ROUNDING ? 0 : missing / rate;
    },
    take(now, amount) {
      refill(now);
      level -= amount;
    },
    refund(now, _takenAt, amount) {
      refill(now);
      level = Math.min(capacity, level + amount);
    },
    used(now) {
      refill(now);
      return perWindow - Math.max(0, level);
    },
    resetMs(now) {
      refill(now);
      return (capacity - level) / rate;
    },
  };
}
