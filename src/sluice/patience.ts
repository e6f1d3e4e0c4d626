import { DEFAULT_MAX_ATTEMPTS, DEFAULT_TIMEOUT_MS } from "../model/defaults.ts";
import type { PatienceOptions } from "./options.ts";

/** How long to try, as the engine takes it. */
export interface Patience {
  timeoutMs: number;
  maxAttempts: number;
}

export function patienceOf({ timeout, maxRetries }: PatienceOptions): Patience {
  return {
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    maxAttempts: maxRetries === undefined ? DEFAULT_MAX_ATTEMPTS : maxRetries + 1,
  };
}
