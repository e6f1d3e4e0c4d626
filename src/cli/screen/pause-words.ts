import type { LanePause } from "../../observe/index.ts";
import { duration, timeOfDay } from "./figures.ts";

/** "waits for another 12s, until 14:05:09: the provider asks to wait". */
export function pauseWords({ reason, untilWall, forMs, parked }: LanePause): string {
  const wait =
    untilWall === null || forMs === null
      ? ""
      : ` for another ${duration(forMs)}, until ${timeOfDay(untilWall, untilWall - forMs)}`;
  return `${parked ? "is parked" : "waits"}${wait}: ${reason}`;
}
