/** When: leave to start, per account and model. Pure: time and randomness come in, waiting goes out as data. */
export { accountOf, createLaneRegistry, type LaneRegistry } from "./lane-registry.ts";
export { limitsFor } from "./limits-for.ts";
