import type { PlannerOptions } from "./options.ts";

/**
 * Everything that shapes requests, in one order, for "what changed since the last run". Two option sets that
 * make the same requests of the same file are equal here.
 */
export function describeSettings(options: PlannerOptions): string {
  const parameters: Record<string, unknown> = { ...options.params };
  if (options.temperature !== undefined) parameters.temperature = options.temperature;
  if (options.maxTokens !== undefined) {
    parameters[options.maxTokensField ?? "max_tokens"] = options.maxTokens;
  }
  if (options.reasoningEffort !== undefined) parameters.reasoning_effort = options.reasoningEffort;
  const names = Object.keys(parameters).sort();
  return JSON.stringify({
    kind: options.kind,
    model: options.model ?? null,
    prompt: options.prompt ?? null,
    system: options.system ?? null,
    params: Object.fromEntries(names.map((name) => [name, parameters[name]])),
    id: options.idColumn ?? null,
    endpoint: options.endpoint ?? null,
  });
}
