import type { Admission } from "./admission.ts";
import { GIVEN_UP } from "./aftermath.ts";
import type { Feed } from "./feed.ts";
import type { InFlight } from "./in-flight.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Preparation } from "./preparation.ts";
import type { ProviderWatch } from "./provider-watch.ts";

/** Sends of one lane in one turn. Some 25 µs each: whatever else the loop has to do waits no longer than for these. */
const SENDS_PER_TURN = 32;

export interface ServingParts {
  feed: Pick<Feed, "isEmpty">;
  preparation: Preparation;
  admission: Admission;
  inFlight: InFlight;
  watch: ProviderWatch;
  /** Rows whose asker does not wait any more. */
  givenUp: ReadonlySet<number>;
  /** True while the run's owner lets nothing start. */
  isHalted: () => boolean;
  /** Something may be sendable that was not. */
  changed: () => void;
  /** Nothing more is to be started. */
  stop: (reason: "budget", message: string) => void;
}

/** A turn of one lane: its rows are made ready, and whatever may start now is started. */
export class Serving {
  readonly #parts: ServingParts;

  constructor(parts: ServingParts) {
    this.#parts = parts;
  }

  /** Returns when to look again. */
  serve(lane: LaneWork, now: number): number {
    const { admission, changed, feed, inFlight, isHalted, preparation, stop, watch } = this.#parts;
    if (isHalted()) {
      lane.binding = "halt";
      return Number.POSITIVE_INFINITY;
    }
    const parkedMs = admission.parkedFor(lane, now);
    if (parkedMs > 0) return now + parkedMs;
    for (let sends = 0; sends < SENDS_PER_TURN; ) {
      preparation.refill(lane, now);
      const job = lane.peek();
      if (job === undefined) {
        lane.binding = admission.whyIdle(lane, now);
        return lane.nextDue(feed.isEmpty(lane.name));
      }
      if (this.#parts.givenUp.has(job.index)) {
        lane.take(job);
        preparation.withdraw(job);
        preparation.leaveOut(lane, job, GIVEN_UP);
        continue;
      }
      const leave = admission.ask(lane, job, now);
      if (leave.is === "over-budget") {
        stop("budget", leave.message);
        return Number.POSITIVE_INFINITY;
      }
      if (leave.is === "wait") {
        if (leave.parks) preparation.park(lane, job.load);
        lane.binding = leave.by;
        return now + leave.waitMs;
      }
      watch.started(inFlight.start(lane, job, now));
      lane.take(job);
      lane.binding = "nothing";
      sends += 1;
    }
    changed();
    return Number.POSITIVE_INFINITY;
  }
}
