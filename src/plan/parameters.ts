import { UsageError } from "../model/errors.ts";
import type { BodyDialect } from "./endpoint.ts";
import type { PlannerOptions } from "./options.ts";
import { CAP_NAMES } from "./shaping.ts";

/** The members that options put into a body of one dialect: name → JSON, and the names that give way to them. */
export interface Parameters {
  members: ReadonlyMap<string, string>;
  /** Other spellings of the cap on output tokens; a body must not hold two. */
  displaced: readonly string[];
}

/** Members with a flag of their own, or that would change the exchange. */
const RESERVED: Readonly<Record<string, string>> = {
  model: "use --model",
  messages: "use --prompt and --system",
  input: "it is what a row says",
  prompt: "use --prompt",
  stream: "use --stream",
  stream_options: "use --stream",
  deferred: "Sluice waits for answers itself",
  background: "Sluice waits for answers itself",
};
/** What chat completions call the cap. */
const MAX_TOKENS_NAMES = ["max_tokens", "max_completion_tokens"];

/** Refuses parameters that cannot be: reserved, given twice, or no JSON. */
export function checkParameters(options: PlannerOptions): void {
  for (const [name, value] of Object.entries(options.params ?? {})) {
    const reason = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
    if (reason !== undefined) throw new UsageError(`--param ${name} cannot be set: ${reason}`);
    if (!isJson(value)) throw new UsageError(`--param ${name} is no JSON value`);
    const flag = flagOf(name, options);
    if (flag !== null) throw new UsageError(`--param ${name} and ${flag} say the same; give one of them`);
  }
}

/** Sorted by name, so that the order in which flags were typed changes no request. */
export function parametersFor(options: PlannerOptions, dialect: BodyDialect): Parameters {
  const members = new Map<string, string>();
  const displaced: string[] = [];
  for (const [name, value] of Object.entries(options.params ?? {})) members.set(name, JSON.stringify(value));
  if (options.temperature !== undefined) members.set("temperature", JSON.stringify(options.temperature));
  if (options.reasoningEffort !== undefined) {
    const effort = JSON.stringify(options.reasoningEffort);
    if (dialect.nestedEffort) members.set("reasoning", `{"effort":${effort}}`);
    else members.set("reasoning_effort", effort);
  }
  if (options.maxTokens !== undefined && dialect.maxTokens !== null) {
    const asked = options.maxTokensField ?? "max_tokens";
    const field = dialect.maxTokens === "asked" ? asked : dialect.maxTokens;
    members.set(field, JSON.stringify(options.maxTokens));
    if (dialect.maxTokens === "asked") displaced.push(...MAX_TOKENS_NAMES.filter((name) => name !== field));
  }
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return { members: new Map(sorted), displaced };
}

function isJson(value: unknown): boolean {
  // JSON writes null for NaN and Infinity.
  if (typeof value === "number") return Number.isFinite(value);
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    // A bigint, or an object that holds itself.
    return false;
  }
}

function flagOf(name: string, options: PlannerOptions): string | null {
  if (name === "temperature" && options.temperature !== undefined) return "--temperature";
  if (name === "reasoning_effort" && options.reasoningEffort !== undefined) return "--reasoning-effort";
  if (CAP_NAMES.includes(name) && options.maxTokens !== undefined) return "--max-tokens";
  return null;
}
