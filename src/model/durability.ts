/**
 * What a promise that something is durable survives. "process": a crash or kill of the process; a power cut may take
 * the last moments. "power": a power cut too, at the price of waiting for the disk at every step.
 */
export const DURABILITIES = ["process", "power"] as const;
export type Durability = (typeof DURABILITIES)[number];
