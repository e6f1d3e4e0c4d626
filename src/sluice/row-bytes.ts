import type { Arrival } from "../engine/arriving-feed.ts";
import type { Planner } from "../plan/index.ts";
import { inLibraryWords } from "./library-words.ts";

const utf8 = new TextEncoder();

/** A row as a line of JSON, or why there is none. */
export type MadeLine = Uint8Array | { problem: string };

export function bytesOf(value: unknown): MadeLine {
  try {
    const text = JSON.stringify(value);
    if (text !== undefined) return utf8.encode(text);
    return { problem: `${value === undefined ? "undefined" : `a ${typeof value}`} is no row` };
  } catch (error) {
    return {
      problem: `JSON cannot hold it: ${error instanceof Error ? firstLine(error.message) : "no reason given"}`,
    };
  }
}

/** A row as it enters the plan; one that cannot be sent is a bad row with its sentence, never an exception. */
export function arrivalOf(planner: Planner, line: number, bytes: MadeLine): Arrival {
  if ("problem" in bytes) return badRow(planner, line, bytes.problem);
  const arrival = planner.arrive({ line, offset: 0, bytes });
  const { problem } = arrival.plan;
  return problem === null
    ? arrival
    : { ...arrival, plan: { ...arrival.plan, problem: inLibraryWords(problem) } };
}

/** A row with nothing to send. */
function badRow(planner: Planner, line: number, problem: string): Arrival {
  const { plan } = planner.arrive({ line, offset: 0, bytes: utf8.encode("null") });
  return { plan: { ...plan, problem }, request: null };
}

/** V8 draws the whole circle of a circular structure over several lines. */
function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
