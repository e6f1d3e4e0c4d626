import type { Feedback, Limiter, Load } from "../../src/model/limiter.ts";
import type { ToldLimit } from "../../src/model/limits.ts";

export const ANSWERED: Feedback = {
  kind: "answered",
  latencyMs: 100,
  inputTokens: null,
  outputTokens: null,
  retryAfterMs: null,
  named: null,
  reason: null,
};
export const LOAD: Load = { bodyBytes: 400, maxTokens: 100, samples: 1 };

export function throttled(over: Partial<Feedback> = {}): Feedback {
  return { ...ANSWERED, kind: "throttled", latencyMs: 20, ...over };
}

/** Repeatable numbers from 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface Sent {
  at: number;
  number: number;
  tokens: number;
}

export interface DriveOptions {
  requests: number;
  /** Milliseconds after which the drive gives up; what it returns is then shorter than asked. */
  untilMs?: number;
  load?: (number: number) => Load;
  /** From the hand-over to the wire. */
  writeDelayMs?: (number: number) => number;
  latencyMs?: (number: number) => number;
  feedback?: (sent: Sent) => Partial<Feedback>;
  /** What the response's headers say. */
  told?: (sent: Sent) => readonly ToldLimit[];
  /** How late a timer rings: a stalled loop, a coarse clock. */
  latenessMs?: () => number;
}

/**
 * A scheduler under a virtual clock: it asks, waits as told, hands over, and settles. Returns the times at which
 * requests were written to the wire; a lane that never lets the next one go returns fewer.
 */
export function drive(lane: Limiter, options: DriveOptions): Sent[] {
  const { requests, untilMs = 1e9, latenessMs = () => 0 } = options;
  const events: { at: number; run: (now: number) => void }[] = [];
  const schedule = (at: number, run: (now: number) => void) => {
    let place = events.length;
    while (place > 0 && (events[place - 1]?.at ?? 0) > at) place -= 1;
    events.splice(place, 0, { at, run });
  };
  const written: Sent[] = [];
  let now = 0;
  let next = 0;
  for (;;) {
    let wait = Number.POSITIVE_INFINITY;
    while (next < requests) {
      const load = options.load?.(next) ?? LOAD;
      wait = lane.admit(now, load);
      if (wait > 0) break;
      start(next, load);
      next += 1;
      wait = Number.POSITIVE_INFINITY;
    }
    const event = events[0];
    const askAt = wait === Number.POSITIVE_INFINITY ? wait : now + wait + latenessMs();
    if (event === undefined && askAt === Number.POSITIVE_INFINITY) return written;
    if (event !== undefined && event.at <= askAt) {
      events.shift();
      now = Math.max(now, event.at);
      event.run(now);
    } else {
      now = askAt;
    }
    if (now > untilMs) return written;
  }

  function start(number: number, load: Load): void {
    const permit = lane.sent(now, load);
    const writeAt = now + (options.writeDelayMs?.(number) ?? 0);
    const latencyMs = options.latencyMs?.(number) ?? 100;
    const sent = { at: writeAt, number, tokens: permit.estimatedTokens };
    const write = (at: number) => {
      written.push(sent);
      lane.written(at, permit);
    };
    if (writeAt <= now) write(now);
    else schedule(writeAt, write);
    schedule(writeAt + latencyMs, (at) => {
      const told = options.told?.(sent) ?? [];
      if (told.length > 0) lane.told(at, permit, told);
      lane.settle(at, permit, { ...ANSWERED, latencyMs, ...options.feedback?.(sent) });
    });
  }
}

/** The most that any window of `windowMs` holds, by the weight of each send. */
export function fullestWindow(
  sends: readonly Sent[],
  windowMs: number,
  weight: (sent: Sent) => number,
): number {
  const inOrder = [...sends].sort((one, other) => one.at - other.at);
  let fullest = 0;
  let sum = 0;
  let oldest = 0;
  for (const sent of inOrder) {
    sum += weight(sent);
    for (
      let first = inOrder[oldest];
      first !== undefined && first.at <= sent.at - windowMs;
      first = inOrder[oldest]
    ) {
      sum -= weight(first);
      oldest += 1;
    }
    fullest = Math.max(fullest, sum);
  }
  return fullest;
}
