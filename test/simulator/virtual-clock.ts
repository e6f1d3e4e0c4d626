import type { Clock } from "../../src/model/clock.ts";

/** A clock that stands still until it is told to go on. */
export function virtualClock(): Clock & { advance(ms: number): void } {
  let now = 0;
  let waits: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    wall: () => 1_795_000_000_000 + now,
    after(delayMs, wake) {
      const wait = { at: now + Math.max(0, delayMs), wake };
      waits.push(wait);
      return () => {
        waits = waits.filter((other) => other !== wait);
      };
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = waits.filter((wait) => wait.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waits = waits.filter((wait) => wait !== next);
        now = next.at;
        next.wake();
      }
      now = until;
    },
  };
}
