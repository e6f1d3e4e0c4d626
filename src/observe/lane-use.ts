import type { LaneSnapshot } from "../model/limiter.ts";
import type { Usage } from "../model/usage.ts";
import type { LanePause, LaneView } from "./snapshot.ts";

/** What a lane has sent and used in this run. */
interface LaneUse {
  sent: number;
  tokens: number;
  firstSent: number;
  lastSent: number;
}

/** What every lane has sent and used in this run. */
export class LaneUses {
  readonly #lanes = new Map<string, LaneUse>();

  sent(lane: string, now: number): void {
    const use = this.of(lane);
    if (use.sent === 0) use.firstSent = now;
    use.sent += 1;
    use.lastSent = now;
  }

  used(lane: string, usage: Usage | null): void {
    if (usage !== null) this.of(lane).tokens += usage.totalTokens;
  }

  of(lane: string): LaneUse {
    const known = this.#lanes.get(lane);
    if (known !== undefined) return known;
    const use = { sent: 0, tokens: 0, firstSent: 0, lastSent: 0 };
    this.#lanes.set(lane, use);
    return use;
  }
}

/** A lane's own view of its limits, with the share of each that the run has used. */
export function laneView(lane: LaneSnapshot, use: LaneUse, paused: LanePause | null): LaneView {
  const limits = lane.limits.map((limit) => {
    const amount = limit.dimension === "requests" ? use.sent : use.tokens;
    return { ...limit, runShare: amount / (limit.perWindow * windowsSpanned(use, limit.windowMs)) };
  });
  return { ...lane, limits, sent: use.sent, paused };
}

/**
 * The windows a run of sends filled. n sends at an even pace span n − 1 gaps: the last one's own share of time is
 * added, so that a lane at its limit throughout comes out at 1.
 */
function windowsSpanned({ sent, firstSent, lastSent }: LaneUse, windowMs: number): number {
  const span = sent < 2 ? 0 : ((lastSent - firstSent) * sent) / (sent - 1);
  return Math.max(1, span / windowMs);
}

/** The requests per second that the limits of all lanes allow together; Infinity when a lane has none. */
export function allowedPerSecond(lanes: readonly LaneSnapshot[]): number {
  if (lanes.length === 0) return Number.POSITIVE_INFINITY;
  const paces = lanes.map((lane) =>
    Math.min(
      ...lane.limits
        .filter((limit) => limit.dimension === "requests")
        .map((limit) => (limit.perWindow / limit.windowMs) * 1000),
    ),
  );
  return paces.reduce((sum, pace) => sum + pace, 0);
}
