import { between, type Random } from "../scenario/random.ts";
import type { Change, Scenario } from "../scenario/scenario.ts";

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

/** After a request of the neighbour the next one, while it lasts. */
export function putNextNeighbour(
  events: Calendar,
  { neighbour }: Scenario,
  now: number,
  random: Random,
): void {
  if (neighbour === null) return;
  const at = now + (between(random, 0.5, 1.5) * 1000) / neighbour.perSecond;
  if (at < neighbour.untilMs) events.put(at, NEIGHBOUR);
}
