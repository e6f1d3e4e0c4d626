import type { RunEvent } from "../../src/model/events.ts";
import { createObserver, type ObserverOptions } from "../../src/observe/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";

export const STARTED: RunEvent = { type: "started", rows: 100, todo: 90, settled: 10 };

/** An observer, and the time and the events it is told. */
export function observing(options: Partial<ObserverOptions> = {}) {
  const clock = virtualClock();
  const observer = createObserver({ clock, ...options });
  const tell = (...events: RunEvent[]) => events.forEach(observer.listener);
  return { clock, tell, finish: observer.finish, now: observer.snapshot };
}
