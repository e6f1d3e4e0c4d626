import { between, type Random } from "./random.ts";
import type { Change, Scenario } from "./scenario.ts";
import type { Server } from "./server.ts";

/** What happens to a server beside the run itself. */
export type Disturbance = { stage: "change"; change: Change } | { stage: "neighbour" };

interface Calendar {
  put(at: number, disturbance: Disturbance): void;
}

const NEIGHBOUR: Disturbance = { stage: "neighbour" };

export function putDisturbances(events: Calendar, { changes, neighbour }: Scenario): void {
  for (const change of changes) events.put(change.atMs, { stage: "change", change });
  if (neighbour !== null) events.put(neighbour.fromMs, NEIGHBOUR);
}

export function disturb(
  now: number,
  disturbance: Disturbance,
  server: Server,
  { neighbour }: Scenario,
  events: Calendar,
  random: Random,
): void {
  if (disturbance.stage === "change") {
    server.change(disturbance.change);
  } else if (neighbour !== null && now < neighbour.untilMs) {
    server.receiveForeign(now);
    events.put(now + (between(random, 0.5, 1.5) * 1000) / neighbour.perSecond, NEIGHBOUR);
  }
}
