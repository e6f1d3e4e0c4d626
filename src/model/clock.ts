import { uptime } from "node:os";

/**
 * Time as a value. Everything that measures or waits takes a `Clock`; tests hand in a virtual one.
 * All durations in Sluice are milliseconds.
 */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. What the machine slept through counts. */
  now(): number;
  /** Wall-clock milliseconds since 1970, for what people and files see. */
  wall(): number;
  /** Calls `wake` once after `delayMs`, however long that is; the returned function cancels it. */
  after(delayMs: number, wake: () => void): () => void;
}

/**
 * A longer wait is cut into pieces of this length: Node's own timers end at 24.8 days, and on Linux they stand still
 * while the machine sleeps, as `performance.now()` does. A wait goes on this much too long after a sleep, at most.
 */
const PIECE_MS = 30_000;
/** Two ways to tell the time differ a little; only more than this was sleep. macOS tells its uptime in whole seconds. */
const SLEEP_MS = 5000;

/** A wait that ends so much too late was ours: the process was stopped, or had no processor. */
const STALLED_MS = 250;

/** True where nobody looked at what was due: what came meanwhile may still lie in the sockets, unread. */
export function hasStalled(now: number, due: number): boolean {
  return now - due > STALLED_MS;
}

/** What a clock is made of. */
export interface TimeSources {
  /** Monotonic milliseconds; may stand still while the machine sleeps. */
  monotonic(): number;
  /** Milliseconds since the machine was started, its sleep included, whatever was done to the wall clock. */
  sinceBoot(): number;
  wall(): number;
  timer(delayMs: number, ring: () => void): () => void;
}

export function createClock({ monotonic, sinceBoot, wall, timer }: TimeSources): Clock {
  let slept = 0;
  let awakeSinceBoot: number | null = null;
  const now = () => monotonic() + slept;
  const noticeSleep = () => {
    const beyond = sinceBoot() - now();
    awakeSinceBoot ??= beyond;
    if (beyond - awakeSinceBoot > SLEEP_MS) slept += beyond - awakeSinceBoot;
  };
  return {
    now,
    wall,
    after(delayMs, wake) {
      if (delayMs <= PIECE_MS) return timer(Math.max(0, delayMs), wake);
      noticeSleep();
      const until = now() + delayMs;
      const goOn = () => {
        noticeSleep();
        const left = until - now();
        if (left <= 0) wake();
        else cancel = timer(Math.min(left, PIECE_MS), goOn);
      };
      let cancel = timer(PIECE_MS, goOn);
      return () => cancel();
    },
  };
}

/** The machine's own clock. */
export const systemClock: Clock = createClock({
  monotonic: () => performance.now(),
  sinceBoot: () => uptime() * 1000,
  wall: () => Date.now(),
  timer(delayMs, ring) {
    const timer = setTimeout(ring, delayMs);
    return () => clearTimeout(timer);
  },
});
