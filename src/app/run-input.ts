import { formatCount } from "../model/count.ts";
import type { Source, SourceKind } from "../model/source.ts";
import { createPlanner, type Planner, type PlannerOptions, type Replacements } from "../plan/index.ts";
import type { ChosenAccount } from "../sluice/choose-account.ts";
import { dialectOptions } from "../sluice/planner-options.ts";
import { openFileSource, spoolStandardInput } from "../source/index.ts";
import type { RunRequest } from "./run-request.ts";

export function openSource(request: RunRequest): Promise<Source> {
  if (request.input !== "-") return openFileSource(request.input);
  return spoolStandardInput(process.stdin, { kind: "jsonl" });
}

export function openPlanner(request: RunRequest, kind: SourceKind, chosen: ChosenAccount): Planner {
  return createPlanner(plannerOptions(request, kind, chosen));
}

/** What shapes requests, as the planner takes it. */
function plannerOptions(request: RunRequest, kind: SourceKind, chosen: ChosenAccount): PlannerOptions {
  const { model, prompt, system, temperature, maxTokens, reasoningEffort, params, idColumn, endpoint } =
    request;
  const given = { model, prompt, system, temperature, maxTokens, reasoningEffort, idColumn, endpoint };
  return {
    kind,
    ...present(given),
    params,
    stream: request.stream,
    ...dialectOptions(chosen),
    ...(request.budget === undefined ? {} : { costBound: chosen.provider.costBound }),
  };
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The entries that were given. */
function present<T extends object>(entries: T): Present<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** What the options took from the file, for the first line: "--model grok-4.3 replaces gpt-4o-mini in 1,319 rows". */
export function replacementTexts(request: RunRequest, replaced: Replacements): string[] {
  const { models, system, params, stream, nulls } = replaced;
  const from = models.map(({ from: model, rows }) => `${model} in ${inRows(rows)}`);
  return [
    ...(from.length === 0 ? [] : [`--model ${request.model} replaces ${from.join(", ")}`]),
    ...(system === 0 ? [] : [`--system replaces the system message in ${inRows(system)}`]),
    ...params.map(({ name, rows }) => `${name} replaces the row's own in ${inRows(rows)}`),
    ...(stream === 0 ? [] : [`stream is dropped from ${inRows(stream)}, since answers are stored whole`]),
    ...(nulls === 0 ? [] : [`a null column is empty text in ${inRows(nulls)}`]),
  ];
}

function inRows(rows: number): string {
  return rows === 1 ? "1 row" : `${formatCount(rows)} rows`;
}
