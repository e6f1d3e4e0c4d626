import { z } from "zod";
import { BUDGET_MODES } from "../model/budget.ts";
import { DURABILITIES } from "../model/durability.ts";
import { UsageError } from "../model/errors.ts";
import { nearMiss } from "../plan/near-miss.ts";
import type {
  AccountOptions,
  AskOptions,
  FetchOptions,
  OpenLedgerOptions,
  PartOptions,
  PatienceOptions,
  ProcessOptions,
  RateOptions,
  RunOptions,
  SluiceOptions,
  TransportOptions,
  TuneOptions,
} from "./options.ts";

/** What an option takes, for the machine and for the sentence. */
interface Rule {
  wish: string;
  schema: z.ZodType;
}

const rule = (wish: string, schema: z.ZodType): Rule => ({ wish, schema });
/** An object with these methods: what somebody hands in need not be of our making. */
const having = (wish: string, ...methods: string[]): Rule =>
  rule(
    wish,
    z.custom((value) => {
      if (typeof value !== "object" || value === null) return false;
      return methods.every((name) => typeof Reflect.get(value, name) === "function");
    }),
  );

const TEXT = rule("a text that is not empty", z.string().min(1));
const ABOVE_ZERO = rule("a number above 0", z.number().positive());
const FROM_ONE = rule("a whole number of 1 or more", z.number().int().min(1));
const FROM_ZERO = rule("a whole number of 0 or more", z.number().int().min(0));
const YES_OR_NO = rule("true or false", z.boolean());

const ACCOUNT = {
  provider: TEXT,
  baseURL: TEXT,
  apiKey: TEXT,
  tier: FROM_ZERO,
  insecure: YES_OR_NO,
} satisfies Record<keyof AccountOptions, Rule>;
const RATE = {
  maxConcurrent: FROM_ONE,
  rps: ABOVE_ZERO,
  rpm: ABOVE_ZERO,
  tpm: ABOVE_ZERO,
} satisfies Record<keyof RateOptions, Rule>;
const orNull = ({ wish, schema }: Rule): Rule => rule(`${wish}, or null`, schema.nullable());
const TUNE = {
  maxConcurrent: orNull(FROM_ONE),
  rps: orNull(ABOVE_ZERO),
  rpm: orNull(ABOVE_ZERO),
  tpm: orNull(ABOVE_ZERO),
  paused: YES_OR_NO,
} satisfies Record<keyof TuneOptions, Rule>;
const MILLISECONDS = rule("a number of milliseconds above 0", z.number().positive());
const PATIENCE = {
  timeout: MILLISECONDS,
  silenceTimeout: MILLISECONDS,
  stream: YES_OR_NO,
  hedge: YES_OR_NO,
  maxRetries: FROM_ZERO,
} satisfies Record<keyof PatienceOptions, Rule>;
const FUNCTION = rule(
  "a function",
  z.custom((value) => typeof value === "function"),
);
const DURABILITY = rule('"process" or "power"', z.enum(DURABILITIES));
const SHARED = {
  ...ACCOUNT,
  ...RATE,
  ...PATIENCE,
  ledger: rule("the path of a file", z.string().min(1)),
  durability: DURABILITY,
} satisfies Record<keyof SluiceOptions, Rule>;
const FETCH = {
  ...ACCOUNT,
  ...RATE,
  maxRetries: PATIENCE.maxRetries,
} satisfies Record<keyof FetchOptions, Rule>;

const ASK = {
  model: TEXT,
  system: rule("a text", z.string()),
  temperature: rule("a number from 0 to 2", z.number().min(0).max(2)),
  maxTokens: FROM_ONE,
  reasoningEffort: TEXT,
  params: rule("an object", z.record(z.string(), z.unknown())),
  endpoint: TEXT,
  signal: rule("an AbortSignal", z.instanceof(AbortSignal)),
} satisfies Record<keyof AskOptions, Rule>;
const LEDGER = having("the path of a file or an open ledger", "intend", "settle", "read");
const PARTS = {
  lanes: having("a lane registry", "lane", "onChange"),
  ledger: { ...LEDGER, schema: z.union([z.string().min(1), LEDGER.schema]) },
  durability: DURABILITY,
  transport: having("a transport", "start", "capacity"),
  sink: having("a sink", "write", "end"),
  clock: having("a clock", "now", "wall", "after"),
} satisfies Record<keyof PartOptions, Rule>;
const RUN = {
  ...ASK,
  ...PARTS,
  toRequest: FUNCTION,
  order: rule('"input" or "completion"', z.enum(["input", "completion"])),
  budget: rule("a number of US dollars above 0", z.number().positive()),
  budgetMode: rule('"learned" or "strict"', z.enum(BUDGET_MODES)),
  cache: rule("the path of a folder", z.string().min(1)),
  dedupe: YES_OR_NO,
  retryFailed: YES_OR_NO,
  retryUnknown: YES_OR_NO,
} satisfies Record<keyof RunOptions<unknown>, Rule>;
const OPEN_LEDGER = {
  path: SHARED.ledger,
  mode: rule('"create-or-open" or "open"', z.enum(["create-or-open", "open"])),
  durability: DURABILITY,
  temporary: YES_OR_NO,
  onTrouble: FUNCTION,
} satisfies Record<keyof OpenLedgerOptions, Rule>;
const TRANSPORT = {
  origin: rule("an address such as https://api.x.ai", z.url({ protocol: /^https?$/ })),
  clock: PARTS.clock,
  maxConnections: FROM_ONE,
  protocol: rule('"auto", "http1" or "http2"', z.enum(["auto", "http1", "http2"])),
  ca: TEXT,
  rejectUnauthorized: YES_OR_NO,
  proxy: rule("a URL or null", z.instanceof(URL).nullable()),
  maxBodyBytes: FROM_ONE,
  maxBytesInFlight: FROM_ONE,
} satisfies Record<keyof TransportOptions, Rule>;
const { order: _order, sink: _sink, ...RUN_OF_ARRAY } = RUN;
const PROCESS = {
  ...ACCOUNT,
  ...RATE,
  ...PATIENCE,
  ...RUN_OF_ARRAY,
} satisfies Record<keyof ProcessOptions<unknown>, Rule>;

/** Other names under which people look for an option; spellings are found by themselves. */
const SYNONYMS: Readonly<Record<string, string>> = {
  concurrency: "maxConcurrent",
  parallelism: "maxConcurrent",
  retries: "maxRetries",
  maxAttempts: "maxRetries",
  key: "apiKey",
  prompt: "toRequest",
};
/** Where an option belongs that one function refuses and another takes. */
const HOMES = [
  { home: "createSluice", rules: SHARED },
  { home: "run", rules: RUN },
] as const;

export const checkSluiceOptions = checker("createSluice", SHARED);
export const checkFetchOptions = checker("createFetch", FETCH);
export const checkAskOptions = checker("send", ASK);
export const checkRunOptions = checker("run", RUN);
export const checkTuneOptions = checker("tune", TUNE);
export const checkProcessOptions = checker("processRequests", PROCESS);
export const checkLedgerOptions = checker("openLedger", OPEN_LEDGER, ["path"]);
export const checkTransportOptions = checker("createTransport", TRANSPORT, ["origin"]);

/** Refuses in one sentence that names the function, the option, what it takes and what it got. */
function checker(
  caller: string,
  rules: Readonly<Record<string, Rule>>,
  needed: readonly string[] = [],
): (options: object) => void {
  return (options) => {
    if (typeof options !== "object" || options === null) {
      throw new UsageError(`${caller}: the options are an object, not ${shown(options)}.`);
    }
    for (const [name, value] of Object.entries(options)) {
      const known = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (known === undefined)
        throw new UsageError(`${caller}: there is no option ${name}${hint(name, rules)}`);
      if (value === undefined || known.schema.safeParse(value).success) continue;
      // A key never reaches a message, not even a malformed one.
      const got = name === "apiKey" ? "what was given" : shown(value);
      throw new UsageError(`${caller}: ${name} takes ${known.wish}, not ${got}.`);
    }
    for (const name of needed) {
      if (Reflect.get(options, name) === undefined) {
        throw new UsageError(`${caller}: ${name} is missing; it takes ${rules[name]?.wish}.`);
      }
    }
  };
}

function hint(name: string, rules: Readonly<Record<string, Rule>>): string {
  const elsewhere = HOMES.find(({ rules: others }) => Object.hasOwn(others, name));
  if (elsewhere !== undefined) return `; it belongs to ${elsewhere.home}.`;
  const near = nearMiss(name, [...Object.keys(rules), ...Object.keys(SYNONYMS)]) ?? name;
  const meant = SYNONYMS[name] ?? SYNONYMS[near] ?? near;
  return Object.hasOwn(rules, meant) ? `; did you mean ${meant}?` : ".";
}

/** A value in a sentence: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  return value === undefined ? "undefined" : `a ${typeof value}`.replace("a object", "an object");
}
