/** What will be asked: rows into requests, their identity, the door, the first estimate. */
export { parseKeepingDigits } from "./columns.ts";
export { type DoorReport, passDoor } from "./door.ts";
export { BYTES_PER_TOKEN, estimateTokens, type ModelEstimate } from "./estimate.ts";
export { hash16, requestHash } from "./hash.ts";
export type { PlannerOptions } from "./options.ts";
export { createPlanner, type Planner } from "./planner.ts";
export type { Replacements } from "./tallies.ts";
