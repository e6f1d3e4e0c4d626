import type { LimitSource } from "../../model/limits.ts";
import type { LanePause, LaneView, Snapshot } from "../../observe/index.ts";
import { bindingWords, limitWords } from "./bound-words.ts";
import { count, counted, percent } from "./figures.ts";
import { haveOneReason, pauseWords } from "./pause-words.ts";
import { plainText } from "./plain-text.ts";

/** Models that get a line of their own; of more, the busiest do. */
const MOST_LINES = 4;

/** Where a limit comes from, in a word or two. */
export const SOURCES: Readonly<Record<LimitSource, string>> = {
  flag: "your option",
  published: "published",
  header: "from headers",
  "429": "from a 429",
  learned: "learned",
};

/** A line of a lane; a name is needed where there are several. */
export interface LaneLine {
  name: string | null;
  facts: readonly string[];
  paused: LanePause | null;
}

/** The limits believed, where each comes from, how much of it is used now, and what binds: a line for each lane. */
export function laneLines({ lanes }: Snapshot): string[] {
  return lanes.map((lane) => textOf(lineOf(lane)));
}

/** The same where there is little room: one model needs no name, and of many the busiest are shown. */
export function busiestLines({ lanes }: Snapshot): LaneLine[] {
  const [only, ...more] = lanes;
  if (only === undefined || haveOneReason(lanes)) return [];
  if (more.length === 0) {
    return only.limits.length === 0 ? [] : [{ name: null, facts: limitFacts(only), paused: null }];
  }
  const busiest = [...lanes].sort((one, other) => weight(other) - weight(one)).slice(0, MOST_LINES);
  const lines = lanes.filter((lane) => busiest.includes(lane)).map(lineOf);
  const left = lanes.length - lines.length;
  return left === 0
    ? lines
    : [...lines, { name: null, facts: [`and ${counted(left, "more model")}`], paused: null }];
}

export function textOf(line: LaneLine): string {
  return factsOf(line).join(", ");
}

function lineOf(lane: LaneView): LaneLine {
  const name = plainText(lane.lane);
  if (lane.paused !== null) {
    return { name: null, facts: [plainText(`${name} ${pauseWords(lane.paused)}`)], paused: lane.paused };
  }
  const binding = lane.binding === "nothing" ? [] : [`bound by ${bindingWords(lane.binding)}`];
  return {
    name,
    facts: [`${count(lane.inFlight)} in flight`, ...binding, ...limitFacts(lane)],
    paused: null,
  };
}

function limitFacts({ limits }: LaneView): string[] {
  if (limits.length === 0) return ["no known limits"];
  return limits.map(
    (limit) => `${percent(limit.usedShare)} of ${limitWords(limit)} (${SOURCES[limit.source]})`,
  );
}

/** "grok-4.3: 92 in flight", and whatever else there is to say. */
export function factsOf({ name, facts }: LaneLine): string[] {
  return facts.map((fact, place) => (place === 0 && name !== null ? `${name}: ${fact}` : fact));
}

/** A lane that waits is always worth its line; else whoever has most in flight, or sent most. */
function weight({ paused, inFlight, sent }: LaneView): number {
  return (paused === null ? 0 : 1e12) + inFlight * 1e6 + sent;
}
