import type { SourceKind } from "../model/source.ts";
import type { PlannerOptions } from "../plan/index.ts";
import type { ChosenAccount } from "./choose-account.ts";
import type { AskOptions } from "./options.ts";

/** What shapes requests in the library, as the planner takes it. */
export function plannerOptionsOf(
  options: AskOptions,
  account: ChosenAccount,
  { stream, kind = "jsonl" }: { stream: boolean; kind?: SourceKind | undefined },
): PlannerOptions {
  const { model, system, temperature, maxTokens, reasoningEffort, params, endpoint } = options;
  return {
    kind,
    model,
    system: system === undefined ? undefined : wordForWord(system),
    temperature,
    maxTokens,
    reasoningEffort,
    params: params === undefined ? undefined : withoutUndefined(params),
    endpoint,
    stream,
    ...dialectOptions(account),
  };
}

/** As in JSON, and in every SDK, a member that is undefined is not there. */
function withoutUndefined(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

/** What depends on where the request goes. */
export function dialectOptions({
  provider,
  address,
}: ChosenAccount): Pick<PlannerOptions, "maxTokensField" | "keepVersion"> {
  return {
    // xAI and OpenAI call `max_tokens` deprecated; other servers know nothing else.
    maxTokensField: provider.name === "compatible" ? "max_tokens" : "max_completion_tokens",
    keepVersion: !address.basePath.endsWith("/v1"),
  };
}

/** A text as a Liquid template that renders to it: a program has templates of its own. */
function wordForWord(text: string): string {
  return text.replace(/\{[{%]/g, (opening) => `{{ '${opening}' }}`);
}
