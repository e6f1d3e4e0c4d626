/**
 * The mark of a rehearsal: the simulator puts this header on every response, and an answer that carries it never
 * settles a row for a real provider.
 */
export const SIMULATED_HEADER = "x-sluice-simulator";

/** The header's value. */
export const SIMULATED_VALUE = "1";
