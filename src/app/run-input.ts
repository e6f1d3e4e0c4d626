import type { Source, SourceKind } from "../model/source.ts";
import { createPlanner, type Planner, type PlannerOptions, type Replacements } from "../plan/index.ts";
import type { ChosenAccount } from "../sluice/choose-account.ts";
import { dialectOptions } from "../sluice/planner-options.ts";
import { openFileSource, spoolStandardInput } from "../source/index.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

export function openSource(request: RunRequest): Promise<Source> {
  if (request.input !== "-") return openFileSource(request.input);
  return spoolStandardInput(process.stdin, { kind: "jsonl" });
}

export function openPlanner(request: RunRequest, source: Source, chosen: ChosenAccount): Planner {
  return createPlanner(plannerOptions(request, source.kind, chosen));
}

/** What shapes requests, as the planner takes it. */
export function plannerOptions(request: RunRequest, kind: SourceKind, chosen: ChosenAccount): PlannerOptions {
  const { model, prompt, system, temperature, maxTokens, reasoningEffort, params, idColumn, endpoint } =
    request;
  const given = { model, prompt, system, temperature, maxTokens, reasoningEffort, idColumn, endpoint };
  return {
    kind,
    ...present(given),
    params,
    ...dialectOptions(chosen),
  };
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The entries that were given. */
function present<T extends object>(entries: T): Present<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Says once what the options took from the file. */
export function sayReplacements(hooks: RunHooks, request: RunRequest, replaced: Replacements): void {
  for (const { from, rows } of replaced.models) {
    hooks.note(`--model ${request.model} replaces ${from} in ${inRows(rows)}`);
  }
  if (replaced.system > 0) hooks.note(`--system replaces the system message of ${inRows(replaced.system)}`);
  for (const { name, rows } of replaced.params)
    hooks.note(`${name} replaces the row's own in ${inRows(rows)}`);
  if (replaced.stream > 0) {
    hooks.note(`stream is dropped from ${inRows(replaced.stream)}: answers are stored whole`);
  }
  if (replaced.nulls > 0) hooks.note(`a null column is rendered as empty text in ${inRows(replaced.nulls)}`);
}

function inRows(rows: number): string {
  return rows === 1 ? "1 row" : `${rows.toLocaleString("en-US")} rows`;
}
