import type { Clock } from "../../src/model/clock.ts";

interface Timer {
  at: number;
  /** Timers of the same moment ring in the order in which they were set. */
  number: number;
  wake: (() => void) | null;
}

/** Time that passes only when told to. */
export interface VirtualClock extends Clock {
  /** Lets so many milliseconds pass, waking in order whoever waits within them. */
  advance(ms: number): void;
  /** Goes to the next moment somebody waits for, and wakes one; false when nobody waits. */
  step(): boolean;
  /** Lets so many milliseconds pass in which nobody is woken, as while the process is stopped: they are woken late. */
  stall(ms: number): void;
  /** How many wait. */
  waiting(): number;
}

export function virtualClock(wallAtStart = 1_700_000_000_000): VirtualClock {
  const timers: Timer[] = [];
  let now = 0;
  let number = 0;
  const waiting = () => timers.filter(({ wake }) => wake !== null).length;
  /** The next timer that was not cancelled, if it rings by then. */
  const take = (until: number): Timer | undefined => {
    while (timers[0]?.wake === null) popHeap(timers);
    return (timers[0]?.at ?? Number.POSITIVE_INFINITY) <= until ? popHeap(timers) : undefined;
  };
  const ring = (timer: Timer) => {
    now = Math.max(now, timer.at);
    timer.wake?.();
  };
  return {
    now: () => now,
    wall: () => wallAtStart + now,
    after(delayMs, wake) {
      number += 1;
      const timer: Timer = { at: now + Math.max(0, delayMs), number, wake };
      pushHeap(timers, timer);
      return () => {
        timer.wake = null;
      };
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = take(until); timer !== undefined; timer = take(until)) ring(timer);
      now = until;
    },
    stall(ms) {
      now += ms;
    },
    step() {
      const timer = take(Number.MAX_VALUE);
      if (timer !== undefined) ring(timer);
      return timer !== undefined;
    },
    waiting,
  };
}

function isBefore(one: Timer | undefined, other: Timer | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}

function pushHeap(heap: Timer[], timer: Timer): void {
  let place = heap.push(timer) - 1;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = timer;
}

function popHeap(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    const below = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    const child = heap[below];
    if (child === undefined || !isBefore(child, last)) break;
    heap[place] = child;
    place = below;
  }
  heap[place] = last;
  return first;
}
