import type { Ending } from "../model/ending.ts";
import { PARKED_ABOVE_MS } from "../model/limits.ts";
import type { WireEnd } from "../model/transport.ts";

interface Parked {
  until: number;
  /** The response that parked the lane: everybody's answer until the wait is short again. */
  end: WireEnd;
}

/** Lanes whose provider asks for a wait that nobody sits out inside a call: whoever would have to is told so instead. */
export class ParkedLanes {
  readonly #parked = new Map<string, Parked>();

  /** Takes note of how an exchange ended; true when it parks its lane. */
  saw(lane: string, end: WireEnd, ending: Ending, now: number): boolean {
    if (ending.kind !== "throttled") return false;
    const waitMs = ending.retryAfterMs ?? 0;
    if (ending.reason !== "daily" && waitMs <= PARKED_ABOVE_MS) return false;
    this.#parked.set(lane, { until: now + waitMs, end });
    return true;
  }

  /** The answer for a call of this lane; null where it may wait. */
  answerFor(lane: string, now: number): WireEnd | null {
    const parked = this.#parked.get(lane);
    if (parked === undefined) return null;
    if (parked.until - now > PARKED_ABOVE_MS) return parked.end;
    this.#parked.delete(lane);
    return null;
  }
}
