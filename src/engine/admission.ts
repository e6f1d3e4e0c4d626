import type { Clock } from "../model/clock.ts";
import type { RunListener } from "../model/events.ts";
import type { Binding } from "../model/limits.ts";
import type { Transport } from "../model/transport.ts";
import type { Budget } from "./budget.ts";
import type { Delivery } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import type { InFlight } from "./in-flight.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import type { ProviderWatch } from "./provider-watch.ts";

/** A wait asked for by the provider is said when it is longer than this. */
const PAUSE_WORTH_SAYING_MS = 2000;

/**
 * May a row start? A wait of Infinity ends with an event: an attempt that is written or ends, a limiter or a
 * connection that has room again, a sink that caught up.
 */
export type Leave =
  | { is: "go" }
  | { is: "wait"; by: Binding; waitMs: number }
  /** The next request could pass the budget, and none is in flight that could cost less than feared. */
  | { is: "over-budget" };

const GO: Leave = { is: "go" };
const OVER_BUDGET: Leave = { is: "over-budget" };

export interface AdmissionParts {
  feed: Feed;
  delivery: Delivery;
  transport: Transport;
  budget: Budget | null;
  clock: Clock;
  listener: RunListener;
  watch: ProviderWatch;
  inFlight: InFlight;
}

/** Steps 3 and 4: everybody who may ask a row to wait, the cheapest to ask first. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  ask(lane: LaneWork, job: Job, now: number): Leave {
    const { budget, delivery, transport, watch } = this.#parts;
    const unreached = watch.reach.admit(now);
    if (unreached > 0)
      return this.#paused(lane, unreached, `cannot reach the provider: ${watch.unreachable}`, now);
    const failing = lane.breaker.admit(now);
    if (failing > 0) return this.#paused(lane, failing, `every request fails: ${lane.failure}`, now);
    if (delivery.isFull()) return untilEvent("output");
    const waitMs = lane.limiter.admit(now, job.load);
    if (waitMs > 0) return this.#limited(lane, waitMs, now);
    if (transport.capacity() <= 0) {
      const startable = Math.min(lane.readyCount(), lane.limiter.maxInFlight(now) - lane.inFlight);
      transport.warm(this.#parts.inFlight.size + Math.max(1, startable));
      return untilEvent("connections");
    }
    const verdict = budget?.admit(job.worstCost ?? 0) ?? "go";
    if (verdict === "go") return GO;
    return verdict === "stop" ? OVER_BUDGET : untilEvent("nothing");
  }

  /** What a lane without a ready row waits for. */
  whyIdle(lane: LaneWork, now: number): Binding {
    const { feed, transport } = this.#parts;
    if (lane.preparing() === 0 && !lane.taking) return feed.isComplete() ? "nothing" : "input";
    if (lane.lastLoad === null || lane.limiter.admit(now, lane.lastLoad) > 0) return "nothing";
    if (transport.capacity() <= 0) return "connections";
    lane.lookAhead.starved();
    return "disk";
  }

  #limited(lane: LaneWork, waitMs: number, now: number): Leave {
    const pause = waitMs > PAUSE_WORTH_SAYING_MS ? lane.limiter.snapshot(now).blockedForMs : 0;
    if (pause > PAUSE_WORTH_SAYING_MS) return this.#paused(lane, waitMs, "the provider asks to wait", now);
    return { is: "wait", by: "nothing", waitMs };
  }

  #paused(lane: LaneWork, waitMs: number, why: string, now: number): Leave {
    if (Number.isFinite(waitMs) && now + waitMs > lane.pausedUntil + PAUSE_WORTH_SAYING_MS) {
      lane.pausedUntil = now + waitMs;
      const untilWall = this.#parts.clock.wall() + waitMs;
      this.#parts.listener({ type: "paused", lane: lane.name, reason: why, untilWall });
    }
    return { is: "wait", by: "provider", waitMs };
  }
}

function untilEvent(by: Binding): Leave {
  return { is: "wait", by, waitMs: Number.POSITIVE_INFINITY };
}
