/**
 * The simulator's door: a provider to rehearse against, for users (`sluice simulate`, `sluice/simulator`) and for
 * tests. How limits, faults and dialects are made stays inside.
 */

// What it answers, for tests that check that no rows were mixed up.
export { answerFor, type Prompt, promptOf } from "./answer.ts";
// Its faults, one row each.
export { FAULTS, type Fault } from "./faults.ts";
// For its command line.
export { optionsFromFlags, type SimulatorFlags } from "./flags.ts";
export type { SimulatorOptions } from "./options.ts";
export { vectorFor } from "./reply.ts";
// Starting one, in this process.
export { type Simulator, startSimulator } from "./start.ts";
export type { RequestRecord, SimulatorStats, SimulatorTotals, StatsQuery } from "./stats.ts";
export { faultList, summaryOf } from "./summary.ts";
// Trusting it over TLS.
export { SIMULATOR_CERTIFICATE } from "./test-certificate.ts";
