import type { PlannerOptions } from "../plan/index.ts";
import type { ChosenAccount } from "./choose-account.ts";
import type { AskOptions } from "./options.ts";

/** What shapes requests in the library, as the planner takes it. */
export function plannerOptionsOf(options: AskOptions, account: ChosenAccount): PlannerOptions {
  const { model, system, temperature, maxTokens, reasoningEffort, params, endpoint } = options;
  return {
    kind: "jsonl",
    ...(model === undefined ? {} : { model }),
    ...(system === undefined ? {} : { system }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    ...(params === undefined ? {} : { params }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...dialectOptions(account),
  };
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
