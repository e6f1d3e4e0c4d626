/** The parts that a run can be handed, as whoever composes one makes them. */
export { openLedger } from "../ledger/index.ts";
export { createLaneRegistry, type LaneRegistry } from "../limiter/index.ts";
export { systemClock } from "../model/clock.ts";
export { createTransport } from "../transport/index.ts";
