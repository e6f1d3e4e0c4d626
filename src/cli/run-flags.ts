import { existsSync } from "node:fs";
import { LEDGER_ENDING } from "../app/run-files.ts";
import type { RunRequest } from "../app/run-request.ts";
import type { BudgetMode } from "../model/budget.ts";
import { DEFAULT_DURABILITY, DEFAULT_MAX_ATTEMPTS } from "../model/defaults.ts";
import type { Durability } from "../model/durability.ts";
import { UsageError } from "../model/errors.ts";
import { parameters, textOrFile } from "./parse.ts";
import { quoted } from "./shell-word.ts";

/** Options as commander hands them over, after each was parsed by itself. */
export interface RunFlags {
  output?: string;
  ledger?: string | boolean;
  durability?: Durability;
  format?: string;
  order?: "input" | "completion";
  answerColumn?: string;
  prefix?: string;
  model?: string;
  prompt?: string;
  system?: string;
  temperature?: number;
  maxTokens?: number;
  reasoningEffort?: string;
  param?: string[];
  id?: string;
  endpoint?: string;
  provider?: string;
  baseUrl?: string;
  apiKeyEnv?: string;
  tier?: number;
  insecure?: boolean;
  maxConcurrent?: number;
  maxConcurrency?: number;
  rps?: number;
  rpm?: number;
  tpm?: number;
  timeout?: number;
  silenceTimeout?: number;
  stream?: boolean;
  hedge?: boolean;
  maxAttempts?: number;
  maxRetries?: number;
  limit?: number;
  budget?: number;
  budgetMode?: BudgetMode;
  dryRun?: boolean;
  cache?: string;
  dedupe?: boolean;
  drainTimeout?: number;
  yes?: boolean;
  fresh?: boolean;
  overwrite?: boolean;
  changed?: "ask-again" | "keep";
  retryFailed?: boolean;
  retryUnknown?: boolean;
  skipInvalid?: boolean;
  streamInput?: boolean;
  failOn?: ("length" | "empty" | "content_filter")[];
  quiet?: boolean;
  json?: boolean;
}

/** What was typed, as one request; what does not fit together is refused in one sentence. */
export function requestOf(
  input: string,
  stray: readonly string[],
  flags: RunFlags,
  typed: readonly string[],
): RunRequest {
  // A shell variable that is not set, more often than not.
  if (input === "") throw new UsageError("INPUT is empty; name a file, or - for standard input");
  refuseStrayWords(stray);
  if (flags.budgetMode !== undefined && flags.budget === undefined)
    throw new UsageError("--budget-mode says how a budget is kept; add --budget, or leave it out");
  refuseTwice("--max-attempts", flags.maxAttempts, "--max-retries", flags.maxRetries);
  refuseTwice("--max-concurrent", flags.maxConcurrent, "--max-concurrency", flags.maxConcurrency);
  const output = outputOf(flags.output ?? refuseMissingOutput(input, typed));
  const { maxAttempts, maxRetries } = flags;
  return {
    input,
    output,
    ledger: ledgerFor(output, flags),
    durability: flags.durability ?? DEFAULT_DURABILITY,
    format: flags.format,
    order: flags.order ?? "input",
    answerColumn: flags.answerColumn,
    prefix: flags.prefix,
    model: flags.model,
    prompt: flags.prompt === undefined ? undefined : textOrFile("--prompt", flags.prompt),
    system: flags.system === undefined ? undefined : textOrFile("--system", flags.system),
    temperature: flags.temperature,
    maxTokens: flags.maxTokens,
    reasoningEffort: flags.reasoningEffort,
    params: parameters(flags.param ?? []),
    idColumn: flags.id,
    endpoint: flags.endpoint,
    provider: flags.provider,
    baseURL: flags.baseUrl,
    apiKeyEnv: flags.apiKeyEnv,
    tier: flags.tier,
    insecure: flags.insecure,
    maxConcurrent: flags.maxConcurrent ?? flags.maxConcurrency,
    rps: flags.rps,
    rpm: flags.rpm,
    tpm: flags.tpm,
    timeoutMs: flags.timeout,
    silenceTimeoutMs: flags.silenceTimeout,
    stream: flags.stream ?? false,
    hedge: flags.hedge ?? false,
    maxAttempts: maxAttempts ?? (maxRetries === undefined ? DEFAULT_MAX_ATTEMPTS : maxRetries + 1),
    limit: flags.limit,
    budget: flags.budget,
    budgetMode: flags.budgetMode,
    dryRun: flags.dryRun,
    cache: flags.cache,
    dedupe: flags.dedupe ?? false,
    fresh: flags.fresh ?? false,
    overwrite: flags.overwrite ?? false,
    changed: flags.changed,
    retryFailed: flags.retryFailed ?? false,
    retryUnknown: flags.retryUnknown ?? false,
    skipInvalid: flags.skipInvalid ?? false,
    streamInput: flags.streamInput ?? false,
    failOn: flags.failOn ?? [],
  };
}

/** Every command takes OUTPUT or its ledger. */
function outputOf(typed: string): string {
  return typed.length > LEDGER_ENDING.length && typed.endsWith(LEDGER_ENDING)
    ? typed.slice(0, -LEDGER_ENDING.length)
    : typed;
}

function ledgerFor(output: string, { ledger, json }: RunFlags): string | null {
  if (output !== "-") {
    if (ledger === false)
      throw new UsageError("--no-ledger goes with -o - only: a rerun goes on from a file's ledger");
    return typeof ledger === "string" ? ledger : output + LEDGER_ENDING;
  }
  if (json) throw new UsageError("-o - and --json both write to standard output; leave one of them out");
  if (typeof ledger === "string") return ledger;
  if (ledger === false) return null;
  throw new UsageError(
    "-o - needs --ledger FILE, which keeps what was paid, or --no-ledger if losing it is all right",
  );
}

/** An option and its alias. */
function refuseTwice(
  name: string,
  value: number | undefined,
  alias: string,
  other: number | undefined,
): void {
  if (value === undefined || other === undefined) return;
  throw new UsageError(`${name} and ${alias} say the same; give one of them`);
}

function refuseStrayWords(stray: readonly string[]): void {
  const [first] = stray;
  if (first === undefined) return;
  if (existsSync(first)) {
    throw new UsageError(
      `${first} is a second file, and a run takes one INPUT; run each by itself, or join them: cat FILE FILE | sluice run -`,
    );
  }
  throw new UsageError(
    `"${first}" stands alone after INPUT; put a text of several words in quotes, such as --prompt '{{ question }}'`,
  );
}

/** With the command as it was typed: what it leaves out could ask somebody else, or something else. */
function refuseMissingOutput(input: string, typed: readonly string[]): never {
  const stem = input === "-" ? "" : `${input.replace(/\.[^./\\]+$/, "")}.`;
  const command = [...typed, "-o", `${stem}answers.jsonl`].map(quoted).join(" ");
  throw new UsageError(`-o is missing, so the answers have nowhere to go; try: sluice ${command}`);
}
