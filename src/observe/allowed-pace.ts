import type { LaneSnapshot } from "../model/limiter.ts";

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
