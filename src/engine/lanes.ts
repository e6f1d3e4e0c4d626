import type { LaneSnapshot, Limiter } from "../model/limiter.ts";
import type { Feed } from "./feed.ts";
import { LaneWork } from "./lane-work.ts";
import type { RunEnd } from "./run-parts.ts";

/** The lanes of a run, in order of first appearance. */
export class Lanes implements Iterable<LaneWork> {
  readonly #feed: Feed;
  readonly #limiterOf: (lane: string) => Limiter;
  readonly #asideMs: number | undefined;
  readonly #all: LaneWork[] = [];
  /** Who is served first. */
  #first = 0;

  constructor(feed: Feed, limiterOf: (lane: string) => Limiter, asideMs?: number) {
    this.#asideMs = asideMs;
    this.#feed = feed;
    this.#limiterOf = limiterOf;
  }

  [Symbol.iterator](): Iterator<LaneWork> {
    return this.#all.values();
  }

  /** Serves every lane, first the one after whichever started something last: a full one never starves the rest. */
  serve(each: (lane: LaneWork) => void): void {
    this.#meetNew();
    const count = this.#all.length;
    for (let left = count, place = this.#first; left > 0; left -= 1) {
      const lane = this.#all[place];
      place = place + 1 < count ? place + 1 : 0;
      if (lane === undefined) continue;
      const before = lane.inFlight;
      each(lane);
      if (lane.inFlight > before) this.#first = place;
    }
  }

  snapshots(now: number): LaneSnapshot[] {
    return this.#all.map(({ binding, limiter }) => {
      const snapshot = limiter.snapshot(now);
      return binding === "nothing" ? snapshot : { ...snapshot, binding };
    });
  }

  /** Lanes that the provider closed. */
  stopped(): RunEnd["stoppedLanes"] {
    return this.#all.flatMap(({ name, stopped }) => (stopped === null ? [] : [{ lane: name, ...stopped }]));
  }

  /** The provider closed every lane there was: that is the end of the run, whatever was left. */
  closedByProvider(): RunEnd["stop"] {
    const [first] = this.#all;
    if (first?.stopped == null || this.#all.some(({ stopped }) => stopped === null)) return null;
    return { reason: "account", message: first.stopped.message };
  }

  /** Nothing of any lane is on the way to or from the disk. */
  areStill(): boolean {
    return this.#all.every((lane) => lane.isStill());
  }

  /** Every row that the feed has given out, or could, is at its end. */
  areDone(): boolean {
    return (
      this.#feed.isComplete() && this.#all.every((lane) => !lane.isBusy() && this.#feed.isEmpty(lane.name))
    );
  }

  /** Nothing is in flight, and whatever is left to send waits for long. */
  areParked(): boolean {
    let areParked = false;
    for (const lane of this.#all) {
      if (lane.parkedLoad !== null && lane.inFlight === 0) areParked = true;
      else if (lane.isBusy() || !this.#feed.isEmpty(lane.name)) return false;
    }
    return areParked;
  }

  #meetNew(): void {
    const names = this.#feed.lanes();
    for (let place = this.#all.length; place < names.length; place += 1) {
      const name = names[place];
      if (name !== undefined) this.#all.push(new LaneWork(name, this.#limiterOf(name), this.#asideMs));
    }
  }
}
