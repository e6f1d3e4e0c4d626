import { type Clock, systemClock } from "../model/clock.ts";
import { parseDuration } from "../model/duration.ts";
import { UsageError } from "../model/errors.ts";
import { DIALECT_NAMES, type Dialect, RETRY_AFTER_STYLES, type RetryAfterStyle } from "./dialect.ts";
import { openaiDialect } from "./dialect-openai.ts";
import { xaiDialect } from "./dialect-xai.ts";
import { type Distribution, parseDistribution } from "./distribution.ts";
import { type FaultRule, parseFaultRule } from "./fault-plan.ts";
import { TOKEN_ACCOUNTINGS } from "./lane-limits.ts";
import { WINDOW_KINDS } from "./limit-counter.ts";
import { PROTOCOLS } from "./listener.ts";
import type { SimulatorOptions } from "./options.ts";
import { HIGHEST_TIER } from "./published-xai.ts";

/** The options, checked and with their defaults. */
export interface Settings {
  options: SimulatorOptions;
  host: string;
  port: number;
  dialect: Dialect;
  anyModel: boolean;
  retryAfter: RetryAfterStyle;
  latency: Distribution;
  outputTokens: Distribution;
  reasoningTokens: Distribution;
  seed: number;
  faults: readonly FaultRule[];
  keep: number;
  clock: Clock;
}

const DEFAULTS = {
  host: "127.0.0.1",
  latency: "0ms",
  outputTokens: "60",
  reasoningTokens: "0",
  keep: 20_000,
};

const WHOLE = /^\d+$/;

/** Checks the options; each complaint is one sentence that names the flag, the value and what would fit. */
export function settingsOf(options: SimulatorOptions): Settings {
  checkNumbers(options);
  checkChoices(options);
  const dialect = options.dialect === "openai" ? openaiDialect : xaiDialect;
  return {
    options,
    host: options.host ?? DEFAULTS.host,
    port: options.port ?? 0,
    dialect,
    anyModel: options.anyModel ?? dialect.name === "openai",
    retryAfter: options.retryAfter ?? dialect.retryAfter,
    latency: spread("--latency", options.latency ?? DEFAULTS.latency, parseDuration, LATENCY_FORMS),
    outputTokens: spread(
      "--output-tokens",
      options.outputTokens ?? DEFAULTS.outputTokens,
      whole,
      TOKEN_FORMS,
    ),
    reasoningTokens: spread(
      "--reasoning-tokens",
      options.reasoningTokens ?? DEFAULTS.reasoningTokens,
      whole,
      TOKEN_FORMS,
    ),
    seed: options.seed ?? 0,
    faults: (options.faults ?? []).map(parseFaultRule),
    keep: options.keep ?? DEFAULTS.keep,
    clock: options.clock ?? systemClock,
  };
}

function checkNumbers(options: SimulatorOptions): void {
  integer("--port", options.port, 0, 65_535);
  integer("--max-concurrent-streams", options.maxConcurrentStreams, 1, 2 ** 31 - 1);
  integer("--tier", options.tier, 0, HIGHEST_TIER);
  integer("--seed", options.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  integer("--keep", options.keep, 0, 10_000_000);
  for (const [flag, value] of [
    ["--rps", options.rps],
    ["--rpm", options.rpm],
    ["--tpm", options.tpm],
  ] as const)
    if (value !== undefined && !(value >= 0 && Number.isFinite(value)))
      throw new UsageError(`${flag} ${value} is no limit: give a number, or 0 for none.`);
  if (options.burstMs !== undefined && !(options.burstMs > 0))
    throw new UsageError("--burst must be longer than nothing, such as 6s.");
}

function checkChoices(options: SimulatorOptions): void {
  choice("--dialect", options.dialect, DIALECT_NAMES);
  choice("--protocol", options.protocol, PROTOCOLS);
  choice("--window", options.window, WINDOW_KINDS);
  choice("--token-accounting", options.tokenAccounting, TOKEN_ACCOUNTINGS);
  choice("--retry-after", options.retryAfter, RETRY_AFTER_STYLES);
}

function integer(flag: string, value: number | undefined, from: number, to: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return;
  throw new UsageError(`${flag} ${value} does not fit: give a whole number from ${from} to ${to}.`);
}

function choice(flag: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new UsageError(`${flag} ${value} is not known: choose ${known.join(", ")}.`);
}

const LATENCY_FORMS = "write 800ms, 1s-4s or lognormal:2s,0.5";
const TOKEN_FORMS = "write 200, 100-400 or lognormal:200,0.7";

function spread(
  flag: string,
  text: string,
  readValue: (text: string) => number | null,
  forms: string,
): Distribution {
  const distribution = parseDistribution(text, readValue);
  if (distribution === null) throw new UsageError(`${flag} ${text} is not understood: ${forms}.`);
  return distribution;
}

function whole(text: string): number | null {
  return WHOLE.test(text.trim()) ? Number(text) : null;
}
