// Events in, one snapshot out. The counters behind it are nobody else's business.
export { createObserver, type Observer, type ObserverOptions } from "./observer.ts";
export type { LanePause, LaneView, Snapshot, Tally } from "./snapshot.ts";
