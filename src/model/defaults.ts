import type { Durability } from "./ledger.ts";

/** Defaults that more than one door has: the command line and the library mean the same by them. */

/** The longest one attempt may take. Reasoning answers are slow, and one that is given up is billed all the same. */
export const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Attempts per request that count: the first one and seven retries. */
export const DEFAULT_MAX_ATTEMPTS = 8;

/** Waiting for the disk at every commit is slow, and what a power cut takes is sent again. */
export const DEFAULT_DURABILITY: Durability = "process";
