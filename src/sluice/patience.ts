import type { SilenceLimits } from "../engine/silence-watch.ts";
import { DEFAULT_MAX_ATTEMPTS, DEFAULT_SILENCE_MS, DEFAULT_TIMEOUT_MS } from "../model/defaults.ts";
import type { PatienceOptions } from "./options.ts";

/** How long to try, as the engine takes it. */
export interface Patience {
  timeoutMs: number;
  silence: SilenceLimits;
  maxAttempts: number;
}

export function patienceOf({ timeout, silenceTimeout, maxRetries }: PatienceOptions): Patience {
  return {
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    silence: {
      beforeBodyMs: silenceTimeout ?? Number.POSITIVE_INFINITY,
      inBodyMs: silenceTimeout ?? DEFAULT_SILENCE_MS,
    },
    maxAttempts: maxRetries === undefined ? DEFAULT_MAX_ATTEMPTS : maxRetries + 1,
  };
}
