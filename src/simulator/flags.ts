import { parseDuration } from "../model/duration.ts";
import { UsageError } from "../model/errors.ts";
import type { SimulatorOptions } from "./options.ts";

/** The flags of `sluice simulate` as they were typed; names as in `SimulatorOptions`, values still text. */
export interface SimulatorFlags {
  host?: string;
  port?: string;
  tls?: boolean;
  protocol?: string;
  maxConcurrentStreams?: string;
  dialect?: string;
  anyModel?: boolean;
  requireKey?: string;
  tier?: string;
  rps?: string;
  rpm?: string;
  tpm?: string;
  enforceMinute?: boolean;
  unlimited?: boolean;
  window?: string;
  burst?: string;
  tokenAccounting?: string;
  rejectsCount?: boolean;
  retryAfter?: string;
  limitHeaders?: boolean;
  latency?: string;
  outputTokens?: string;
  reasoningTokens?: string;
  seed?: string;
  fault?: readonly string[];
  keep?: string;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;
const NO_LIMIT = "none";

/** Reads the flags; ranges and names are checked by `startSimulator`. Throws a `UsageError` with one sentence. */
export function optionsFromFlags(flags: SimulatorFlags): SimulatorOptions {
  const options: SimulatorOptions = {
    ...given("host", flags.host),
    ...given("port", number("--port", flags.port)),
    ...given("tls", flags.tls),
    ...given("maxConcurrentStreams", number("--max-concurrent-streams", flags.maxConcurrentStreams)),
    ...given("anyModel", flags.anyModel),
    ...given("requireKey", flags.requireKey),
    ...given("tier", number("--tier", flags.tier)),
    ...given("rps", limit("--rps", flags.rps)),
    ...given("rpm", limit("--rpm", flags.rpm)),
    ...given("tpm", limit("--tpm", flags.tpm)),
    ...given("enforceMinute", flags.enforceMinute),
    ...given("unlimited", flags.unlimited),
    ...given("burstMs", duration("--burst", flags.burst)),
    ...given("rejectsCount", flags.rejectsCount),
    ...given("limitHeaders", flags.limitHeaders),
    ...given("latency", flags.latency),
    ...given("outputTokens", flags.outputTokens),
    ...given("reasoningTokens", flags.reasoningTokens),
    ...given("seed", number("--seed", flags.seed)),
    ...given("faults", flags.fault),
    ...given("keep", number("--keep", flags.keep)),
  };
  const { protocol, dialect, window, tokenAccounting, retryAfter } = flags;
  // Still plain text: `startSimulator` refuses a name it does not know, whoever calls it.
  return Object.assign(options, definedOnly({ protocol, dialect, window, tokenAccounting, retryAfter }));
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return definedOnly({ [name]: value } as { [Key in Name]: Value | undefined });
}

/** Leaves out what was not typed, so that defaults hold. */
function definedOnly<Values extends object>(values: Values) {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}

function number(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!NUMBER.test(text)) throw new UsageError(`${flag} ${text} is no number.`);
  return Number(text);
}

function limit(flag: string, text: string | undefined): number | undefined {
  return text === NO_LIMIT ? 0 : number(flag, text);
}

function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === null) throw new UsageError(`${flag} ${text} is no duration: write 500ms, 6s or 1m.`);
  return ms;
}
