import type { Durability } from "./durability.ts";

/** Defaults that more than one door has: the command line and the library mean the same by them. */

/** The longest one attempt may take. Reasoning answers are slow, and one that is given up is billed all the same. */
export const DEFAULT_TIMEOUT_MS = 3_600_000;

/**
 * The longest silence in the middle of an answer. Whole answers are written at once: one that stops for so long was
 * announced longer than it is, or its sender is gone. Before its body an answer may be as silent as it likes: the
 * model is thinking.
 */
export const DEFAULT_SILENCE_MS = 60_000;

/** The longest silence of an answer that streams, before its first byte or after: models that reason pause for minutes. */
export const DEFAULT_STREAM_SILENCE_MS = 600_000;

/** Attempts per request that count: the first one and seven retries. */
export const DEFAULT_MAX_ATTEMPTS = 8;

/** Waiting for the disk at every commit is slow, and what a power cut takes is sent again. */
export const DEFAULT_DURABILITY: Durability = "process";
