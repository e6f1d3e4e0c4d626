import type { Clock } from "../model/clock.ts";
import type { RunListener } from "../model/events.ts";
import { type Binding, PARKED_ABOVE_MS } from "../model/limits.ts";
import type { Transport } from "../model/transport.ts";
import type { Budget } from "./budget.ts";
import type { Delivery } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import type { InFlight } from "./in-flight.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import { Pauses, type Trouble, troubleOf, WORTH_SAYING_MS } from "./pauses.ts";
import type { ProviderWatch } from "./provider-watch.ts";
import { prospectOf } from "./reserve.ts";
import type { WorstCost } from "./worst-cost.ts";

/**
 * Who fails least often tries for the others. In the ten minutes before a run is given up there are some seventy
 * probes: shared by so many rows they cost none of them the eight attempts of the default.
 */
const ROWS_THAT_PROBE = 12;

/**
 * May a row start? A wait of Infinity ends with an event: an attempt that is written or ends, a limiter or a
 * connection that has room again, a sink that caught up. `parks`: so long that nothing is kept ready meanwhile.
 */
export type Leave =
  | { is: "go" }
  | { is: "wait"; by: Binding; waitMs: number; parks: boolean }
  /** The next request could pass the budget, and none is in flight that could cost less than feared. */
  | { is: "over-budget"; message: string };

const GO: Leave = { is: "go" };

export interface AdmissionParts {
  feed: Feed;
  delivery: Delivery;
  transport: Transport;
  budget: Budget | null;
  clock: Clock;
  listener: RunListener;
  watch: ProviderWatch;
  inFlight: InFlight;
  worstCostOf: (model: string) => WorstCost;
}

/** Everybody who may ask a row to wait, the cheapest to ask first. */
export class Admission {
  readonly #parts: AdmissionParts;
  readonly #pauses: Pauses;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
    this.#pauses = new Pauses(parts);
  }

  ask(lane: LaneWork, job: Job, now: number): Leave {
    const { delivery, transport } = this.#parts;
    const trouble = this.#troubleNow(lane, now);
    if (trouble !== null) return this.#paused(lane, trouble, trouble.waitMs, now);
    if (delivery.isFull()) return untilEvent("output");
    const waitMs = lane.limiter.admit(now, job.load);
    if (waitMs > 0) return this.#limited(lane, waitMs, now);
    if (transport.capacity() <= 0) {
      const startable = Math.min(lane.readyCount(), lane.limiter.maxInFlight() - lane.inFlight);
      transport.warm(this.#parts.inFlight.size + Math.max(1, startable));
      return untilEvent("connections");
    }
    return this.#affordable(job);
  }

  /** For a second copy of a row, which nobody is asked to wait for: 0 = now, else how long until there may be room. */
  roomFor(lane: LaneWork, job: Job, now: number): number {
    const { inFlight, transport, watch } = this.#parts;
    if (watch.reach.isOpen || lane.breaker.isOpen) return Number.POSITIVE_INFINITY;
    const waitMs = lane.limiter.admit(now, job.load);
    if (waitMs > 0) return waitMs;
    if (transport.capacity() <= 0) {
      transport.warm(inFlight.size + 1);
      return Number.POSITIVE_INFINITY;
    }
    return this.#affordable(job).is === "go" ? 0 : Number.POSITIVE_INFINITY;
  }

  /** What a lane without a ready row waits for. */
  whyIdle(lane: LaneWork, now: number): Binding {
    const { feed, transport } = this.#parts;
    if (lane.isWaiting()) return "retries";
    if (lane.preparing() === 0 && !lane.taking) return feed.isComplete() ? "nothing" : "input";
    if (lane.lastLoad === null || lane.limiter.admit(now, lane.lastLoad) > 0) return "nothing";
    if (transport.capacity() <= 0) return "connections";
    lane.lookAhead.starved();
    return "disk";
  }

  /** For how long a parked lane stays so; 0 when it may be served again. */
  parkedFor(lane: LaneWork, now: number): number {
    if (lane.parkedLoad === null) return 0;
    const waitMs = lane.limiter.admit(now, lane.parkedLoad);
    if (waitMs > 0 && Number.isFinite(waitMs)) return waitMs;
    lane.parkedLoad = null;
    this.#parts.feed.park(lane.name, false);
    return 0;
  }

  #affordable(job: Job): Leave {
    const { budget, worstCostOf } = this.#parts;
    if (budget === null) return GO;
    const prospect = prospectOf(job, worstCostOf(job.lane));
    const verdict = budget.admit(prospect);
    if (verdict === "go") return GO;
    if (verdict === "stop") return { is: "over-budget", message: budget.reason(prospect) };
    return untilEvent("budget");
  }

  /** An outage: of the whole provider, or of this lane. */
  #troubleNow(lane: LaneWork, now: number): (Trouble & { waitMs: number }) | null {
    const { reach, unreachable } = this.#parts.watch;
    const unreached = reach.admit(now);
    if (unreached > 0) {
      const reason = `cannot reach the provider: ${unreachable}`;
      return { kind: "unreached", reason, outage: reach.openedAt, waitMs: unreached };
    }
    const failing = lane.breaker.admit(now);
    if (failing === 0) return null;
    lane.lookAhead.widen(ROWS_THAT_PROBE);
    const reason = `every request fails (${lane.failure})`;
    return { kind: "failing", reason, outage: null, waitMs: failing };
  }

  #limited(lane: LaneWork, waitMs: number, now: number): Leave {
    const trouble = waitMs > WORTH_SAYING_MS ? troubleOf(lane, lane.limiter.snapshot(now), waitMs) : null;
    return trouble === null
      ? { is: "wait", by: "nothing", waitMs, parks: false }
      : this.#paused(lane, trouble, waitMs, now);
  }

  #paused(lane: LaneWork, trouble: Trouble, waitMs: number, now: number): Leave {
    this.#pauses.tell(lane, trouble, waitMs, now);
    const parks = Number.isFinite(waitMs) && waitMs > PARKED_ABOVE_MS;
    return { is: "wait", by: "provider", waitMs, parks };
  }
}

function untilEvent(by: Binding): Leave {
  return { is: "wait", by, waitMs: Number.POSITIVE_INFINITY, parks: false };
}
