import type { Clock } from "../../src/model/clock.ts";

/** Time that passes only when told to. */
export interface VirtualClock extends Clock {
  /** Lets so many milliseconds pass, waking in order whoever waits within them. */
  advance(ms: number): void;
  /** How many wait. */
  waiting(): number;
}

export function virtualClock(wallAtStart = 1_700_000_000_000): VirtualClock {
  let now = 0;
  const timers = new Set<{ at: number; wake: () => void }>();
  const next = () => [...timers].reduce((first, timer) => (timer.at < first.at ? timer : first), NEVER);
  return {
    now: () => now,
    wall: () => wallAtStart + now,
    after(delayMs, wake) {
      const timer = { at: now + Math.max(0, delayMs), wake };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = next(); timer.at <= until; timer = next()) {
        timers.delete(timer);
        now = timer.at;
        timer.wake();
      }
      now = until;
    },
    waiting: () => timers.size,
  };
}

const NEVER = { at: Number.POSITIVE_INFINITY, wake: () => {} };
