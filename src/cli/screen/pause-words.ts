import type { LanePause, LaneView } from "../../observe/index.ts";
import { duration, timeOfDay } from "./figures.ts";

/** "for another 12s, until 14:05:09"; empty where nobody knows. */
function howLong({ untilWall, forMs }: LanePause): string {
  if (untilWall === null || forMs === null) return "";
  return ` for another ${duration(forMs)}, until ${timeOfDay(untilWall, untilWall - forMs)}`;
}

/** "waits for another 12s, until 14:05:09: the provider asks to wait". */
export function pauseWords(pause: LanePause): string {
  return `${pause.parked ? "is parked" : "waits"}${howLong(pause)}: ${pause.reason}`;
}

/** The same of several models: where all have one reason it is told here, else each has a line of its own. */
export function allPausedWords(first: LanePause, lanes: readonly LaneView[]): string {
  const words = `every model waits${howLong(first).replace(" for", ", the first for")}`;
  return haveOneReason(lanes) ? `${words}: ${first.reason}` : words;
}

/** All of several models wait, and for the same reason: an outage, most likely. */
export function haveOneReason([first, ...more]: readonly LaneView[]): boolean {
  const reason = first?.paused?.reason;
  return reason !== undefined && more.length > 0 && more.every(({ paused }) => paused?.reason === reason);
}

/** "until 14:05:09: the daily limit is used up", of a run that does not wait for it. */
export function parkedWords({ untilWall, forMs, reason }: LanePause): string {
  if (untilWall === null || forMs === null) return `: ${reason}`;
  return ` until ${timeOfDay(untilWall, untilWall - forMs)}: ${reason}`;
}
