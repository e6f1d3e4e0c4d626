import type { Ending } from "../model/ending.ts";
import type { WireEnd } from "../model/transport.ts";

/** A longer wait is no wait any more (contract, section 6): a call that would have to is told so instead. */
const LONGEST_WAIT_MS = 90_000;

interface Parked {
  until: number;
  /** The response that parked the lane: everybody's answer until the wait is short again. */
  end: WireEnd;
}

/** Lanes whose provider asks for a wait that nobody sits out inside a call: a daily limit, or minutes. */
export class ParkedLanes {
  readonly #parked = new Map<string, Parked>();

  /** Takes note of how an exchange ended; true when it parks its lane. */
  saw(lane: string, end: WireEnd, ending: Ending, now: number): boolean {
    if (ending.kind !== "throttled") return false;
    const waitMs = ending.retryAfterMs ?? 0;
    if (ending.reason !== "daily" && waitMs <= LONGEST_WAIT_MS) return false;
    this.#parked.set(lane, { until: now + waitMs, end });
    return true;
  }

  /** The answer for a call of this lane; null where it may wait. */
  answerFor(lane: string, now: number): WireEnd | null {
    const parked = this.#parked.get(lane);
    if (parked === undefined) return null;
    if (parked.until - now > LONGEST_WAIT_MS) return parked.end;
    this.#parked.delete(lane);
    return null;
  }
}
