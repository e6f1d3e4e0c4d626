import type { Clock } from "../model/clock.ts";

/** Calls `wake` after `delayMs`: at once, within this call, when there is nothing to wait for. */
export type Later = (delayMs: number, wake: () => void) => void;

/** Every wait of the simulator, so that closing it leaves none behind. */
export interface Timers {
  later: Later;
  clear(): void;
}

export function createTimers(clock: Clock): Timers {
  const pending = new Set<() => void>();
  return {
    later(delayMs, wake) {
      if (delayMs <= 0) {
        wake();
        return;
      }
      const cancel = clock.after(delayMs, () => {
        pending.delete(cancel);
        wake();
      });
      pending.add(cancel);
    },
    clear() {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
