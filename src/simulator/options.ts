import type { Clock } from "../model/clock.ts";
import type { DialectName, RetryAfterStyle } from "./dialect.ts";
import type { TokenAccounting } from "./lane-limits.ts";
import type { WindowKind } from "./limit-counter.ts";
import type { ProtocolChoice } from "./listener.ts";

/** What a simulator can be told. Everything has a default; a value out of range is a `UsageError`. */
export interface SimulatorOptions {
  /** Address to listen on. Default "127.0.0.1". */
  host?: string;
  /** Port, 0 to 65535; 0 picks a free one. Default 0 (`sluice simulate`: 4010). */
  port?: number;
  /** Speaks TLS with the test certificate, HTTP/2 and HTTP/1.1 by ALPN. Default false. */
  tls?: boolean;
  /** Default "any": HTTP/1.1 and HTTP/2 on one port. */
  protocol?: ProtocolChoice;
  /** Streams at once on one HTTP/2 connection, from 1. Default 1000. */
  maxConcurrentStreams?: number;

  /** Whose error bodies, headers and usage it speaks. Default "xai". */
  dialect?: DialectName;
  /** Takes any model name, also in dialect "xai", which otherwise knows the published ones only. Default false. */
  anyModel?: boolean;
  /** The only key taken; without it any key, or none, is. */
  requireKey?: string;

  /** Which published xAI tier limits each model, 0 to 4. Default 0; dialect "openai" has none. */
  tier?: number;
  /** Requests per second for each model, in place of the published number; 0 = no such limit. */
  rps?: number;
  /** Requests per minute for each model; 0 = no such limit. Default: none. */
  rpm?: number;
  /** Tokens per minute for each model, in place of the published number; 0 = no such limit. */
  tpm?: number;
  /** Enforces 48 × RPS per minute as well as the requests per second. Default false. */
  enforceMinute?: boolean;
  /** No limits at all. Default false. */
  unlimited?: boolean;
  /** How limits count. Default "sliding": an exact log of the last second or minute. */
  window?: WindowKind;
  /** For window "bucket": the unused allowance a bucket holds, as milliseconds of refill. Default: its whole window. */
  burstMs?: number;
  /** Default "actual": prompt tokens at admission, output tokens when the answer is done. */
  tokenAccounting?: TokenAccounting;
  /** Refused requests count against the limit that refused them. Default false. */
  rejectsCount?: boolean;
  /** Default: "none" in dialect xai, "seconds" in dialect openai. */
  retryAfter?: RetryAfterStyle;
  /** False leaves the limit headers out. Default true. */
  limitHeaders?: boolean;

  /** From admission to answer: "800ms", "1s-4s", "lognormal:2s,0.5". Default "0ms". */
  latency?: string;
  /** Length of an answer in tokens, at least what holds its echo: "60", "100-400", "lognormal:200,0.7". Default "60". */
  outputTokens?: string;
  /** Reasoning tokens of an answer, same forms. Default "0". */
  reasoningTokens?: string;
  /** Shapes every draw. A whole number, default 0. */
  seed?: number;

  /** Faults: "500:5%", "503@10s-30s", "500#3,7", "504:1%+60s"; the first that strikes a request counts. */
  faults?: readonly string[];
  /** How many requests `stats` remembers one by one, from 0. Default 20,000; totals count all. */
  keep?: number;
  /** Time for limits, latencies and schedules. Default: the machine's. */
  clock?: Clock;
}
