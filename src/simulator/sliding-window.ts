import type { LimitCounter } from "./limit-counter.ts";

/** An exact log: at time t counts what was taken in (t − windowMs, t]. A client that paces exactly is never refused. */
export function createSlidingWindow(perWindow: number, windowMs: number): LimitCounter {
  let times: number[] = [];
  let amounts: number[] = [];
  let head = 0;
  let sum = 0;

  function expire(now: number): void {
    while (head < times.length && (times[head] ?? now) <= now - windowMs) {
      sum -= amounts[head] ?? 0;
      head += 1;
    }
    if (head === times.length) sum = 0;
    if (head > 1024 && head * 2 > times.length) {
      times = times.slice(head);
      amounts = amounts.slice(head);
      head = 0;
    }
  }

  return {
    waitFor(now, amount) {
      expire(now);
      let excess = sum + Math.min(amount, perWindow) - perWindow;
      for (let i = head; excess > 0 && i < times.length; i++) {
        excess -= amounts[i] ?? 0;
        if (excess <= 0) return (times[i] ?? now) + windowMs - now;
      }
      return 0;
    },
    take(now, amount) {
      expire(now);
      times.push(now);
      amounts.push(amount);
      sum += amount;
    },
    refund(now, takenAt, amount) {
      expire(now);
      const index = firstAtOrAfter(times, head, takenAt);
      if (times[index] !== takenAt) return;
      const given = Math.min(amount, amounts[index] ?? 0);
      amounts[index] = (amounts[index] ?? 0) - given;
      sum -= given;
    },
    used(now) {
      expire(now);
      return sum;
    },
    resetMs(now) {
      expire(now);
      return head < times.length ? (times[head] ?? now) + windowMs - now : 0;
    },
  };
}

function firstAtOrAfter(sorted: readonly number[], from: number, value: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
