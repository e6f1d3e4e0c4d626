/** Defaults that more than one door has: the command line and the library mean the same by them. */

/** The longest one attempt may take. Reasoning answers are slow, and one that is given up is billed all the same. */
export const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Attempts per request that count: the first one and seven retries. */
export const DEFAULT_MAX_ATTEMPTS = 8;
