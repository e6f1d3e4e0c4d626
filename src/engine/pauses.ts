import type { Clock } from "../model/clock.ts";
import { formatCount } from "../model/count.ts";
import { HOUR_MS } from "../model/duration.ts";
import type { Throttled } from "../model/ending.ts";
import type { RunListener } from "../model/events.ts";
import type { LaneSnapshot } from "../model/limiter.ts";
import { PARKED_ABOVE_MS } from "../model/limits.ts";
import type { LaneWork } from "./lane-work.ts";

/** A wait asked for by the provider is said when it is longer than this. */
export const WORTH_SAYING_MS = 2000;

const ASKS_TO_WAIT = "the provider asks to wait";
/** What the endings table calls a limit of a day. */
const DAILY_CODE = "daily-limit";

/** Why everybody of a lane waits. */
export interface Trouble {
  kind: "unreached" | "failing" | "throttled" | "used-up";
  reason: string;
  /** Since when nobody of any lane gets through; null where it is this lane's own. */
  outage: number | null;
}

/** Says that a lane waits, why, and until when. */
export class Pauses {
  readonly #clock: Pick<Clock, "wall">;
  readonly #listener: RunListener;
  /** An outage of the whole provider is said once, not once for each lane. */
  #outageSaid: number | null = null;

  constructor({ clock, listener }: { clock: Pick<Clock, "wall">; listener: RunListener }) {
    this.#clock = clock;
    this.#listener = listener;
  }

  tell(lane: LaneWork, trouble: Trouble, waitMs: number, now: number): void {
    if (!Number.isFinite(waitMs) || waitMs <= WORTH_SAYING_MS) return;
    if (now + waitMs <= lane.pausedUntil + WORTH_SAYING_MS) return;
    lane.pausedUntil = now + waitMs;
    const parked = waitMs > PARKED_ABOVE_MS;
    const wasSaid = trouble.outage !== null && trouble.outage === this.#outageSaid;
    const repeated = !parked && (wasSaid || lane.trouble === trouble.kind);
    lane.trouble = trouble.kind;
    this.#outageSaid = trouble.outage ?? this.#outageSaid;
    const untilWall = this.#clock.wall() + waitMs;
    this.#listener({ type: "paused", lane: lane.name, reason: trouble.reason, untilWall, parked, repeated });
  }
}

/** What makes a lane wait so long; null where that is only its pace. */
export function troubleOf(
  lane: Pick<LaneWork, "throttled">,
  limits: LaneSnapshot,
  waitMs: number,
): Trouble | null {
  if (limits.blockedForMs > WORTH_SAYING_MS)
    return { kind: "throttled", reason: throttledWords(lane.throttled), outage: null };
  if (waitMs <= PARKED_ABOVE_MS) return null;
  // A limit of a minute or less is a slow pace, not a wait: `--rpm 0.5` sends every other minute.
  const used = limits.limits.filter(({ windowMs }) => windowMs > PARKED_ABOVE_MS);
  const most = used.sort((one, other) => other.usedShare - one.usedShare)[0];
  if (most === undefined) return null;
  const window = `${most.windowMs / HOUR_MS} h`;
  return {
    kind: "used-up",
    reason: `the limit of ${formatCount(most.perWindow)} ${most.dimension} in ${window} is used up`,
    outage: null,
  };
}

function throttledWords(throttled: Throttled | null): string {
  switch (throttled?.reason) {
    case "daily":
      // Any wait of more than 90 seconds is of this kind; only some are of a day.
      if (throttled.code !== DAILY_CODE) return ASKS_TO_WAIT;
      return `the daily limit${amountOf(throttled)} is used up`;
    case "overloaded":
      return `the provider is overloaded: ${throttled.message}`;
    case "capacity":
      return `the provider has no capacity left: ${throttled.message}`;
    default:
      return ASKS_TO_WAIT;
  }
}

/** " of 1,000 requests", where the provider told. */
function amountOf({ named }: Throttled): string {
  return named === null ? "" : ` of ${formatCount(named.limit)} ${named.dimension}`;
}
