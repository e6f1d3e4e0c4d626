import type { SilenceLimits } from "../engine/silence-watch.ts";
import {
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_SILENCE_MS,
  DEFAULT_STREAM_SILENCE_MS,
  DEFAULT_TIMEOUT_MS,
} from "../model/defaults.ts";
import type { PatienceOptions } from "./options.ts";

/** How long to try, as the engine takes it. */
export interface Patience {
  timeoutMs: number;
  silence: SilenceLimits;
  stream: boolean;
  hedge: boolean;
  maxAttempts: number;
}

export function patienceOf({
  timeout,
  silenceTimeout,
  stream = false,
  hedge = false,
  maxRetries,
}: PatienceOptions): Patience {
  const never = Number.POSITIVE_INFINITY;
  return {
    timeoutMs: timeout ?? (stream ? never : DEFAULT_TIMEOUT_MS),
    silence: {
      beforeBodyMs: silenceTimeout ?? (stream ? DEFAULT_STREAM_SILENCE_MS : never),
      inBodyMs: silenceTimeout ?? (stream ? DEFAULT_STREAM_SILENCE_MS : DEFAULT_SILENCE_MS),
    },
    stream,
    hedge,
    maxAttempts: maxRetries === undefined ? DEFAULT_MAX_ATTEMPTS : maxRetries + 1,
  };
}
