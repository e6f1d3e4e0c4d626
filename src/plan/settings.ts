import { hash16 } from "./hash.ts";
import type { PlannerOptions } from "./options.ts";

/** Longer texts may be prompts. */
const LONGEST_NAME = 40;

/**
 * Everything that shapes requests, in one order, for "what changed since the last run". Two option sets that
 * make the same requests of the same file are equal here. The ledger keeps it, and prompts are no business of the
 * ledger: texts of the user's own stand in it as their hashes.
 */
export function describeSettings(options: PlannerOptions): string {
  const parameters: Record<string, unknown> = { ...options.params };
  if (options.temperature !== undefined) parameters.temperature = options.temperature;
  if (options.maxTokens !== undefined) {
    parameters[options.maxTokensField ?? "max_tokens"] = options.maxTokens;
  }
  if (options.reasoningEffort !== undefined) parameters.reasoning_effort = options.reasoningEffort;
  const names = Object.keys(parameters).sort();
  const described = {
    kind: options.kind,
    model: options.model ?? null,
    prompt: options.prompt ?? null,
    system: options.system ?? null,
    params: Object.fromEntries(names.map((name) => [name, parameters[name]])),
    id: options.idColumn ?? null,
    endpoint: options.endpoint ?? null,
  };
  return JSON.stringify(described, (name, value: unknown) => {
    if (typeof value !== "string") return value;
    return name === "prompt" || name === "system" || value.length > LONGEST_NAME ? hashOf(value) : value;
  });
}

/** Longer than what is shown of a setting: of a text that changed it is said that it is another one. */
function hashOf(text: string): string {
  return `a text with the hash ${Buffer.from(hash16(text)).toString("hex")}`;
}
