import type { BudgetMode } from "../model/budget.ts";
import type { Durability } from "../model/durability.ts";
import type { Ticks } from "../model/money.ts";

/** What a person asks for with `sluice run`, with names instead of flags. Absent = not said. */
export interface RunRequest {
  /** A path, or "-" for standard input. */
  input: string;
  /** A path, or "-" for standard output. */
  output: string;
  /** The ledger's path; null for none (only with output "-"). */
  ledger: string | null;
  durability: Durability;
  format?: string | undefined;
  order: "input" | "completion";
  answerColumn?: string | undefined;
  prefix?: string | undefined;

  model?: string | undefined;
  prompt?: string | undefined;
  system?: string | undefined;
  temperature?: number | undefined;
  maxTokens?: number | undefined;
  reasoningEffort?: string | undefined;
  params: Readonly<Record<string, unknown>>;
  idColumn?: string | undefined;
  endpoint?: string | undefined;

  provider?: string | undefined;
  baseURL?: string | undefined;
  apiKeyEnv?: string | undefined;
  tier?: number | undefined;
  insecure?: boolean | undefined;

  maxConcurrent?: number | undefined;
  rps?: number | undefined;
  rpm?: number | undefined;
  tpm?: number | undefined;
  timeoutMs?: number | undefined;
  silenceTimeoutMs?: number | undefined;
  stream: boolean;
  hedge: boolean;
  maxAttempts: number;
  /** The most rows to send. */
  limit?: number | undefined;
  budget?: Ticks | undefined;
  budgetMode?: BudgetMode | undefined;
  /** Nothing is to be sent, and no file changed. */
  dryRun?: boolean | undefined;
  /** The folder of answers to use again. */
  cache?: string | undefined;
  /** Rows with the same request are asked once. */
  dedupe: boolean;

  fresh: boolean;
  overwrite: boolean;
  changed?: "ask-again" | "keep" | undefined;
  retryFailed: boolean;
  retryUnknown: boolean;
  skipInvalid: boolean;
  streamInput: boolean;
  failOn: readonly ("length" | "empty" | "content_filter")[];
}

/** What the app needs of the person who asked. It prints nothing itself. */
export interface RunHooks {
  /** One line worth reading, such as "replaces gpt-4o-mini in 1,319 rows". */
  note(message: string): void;
  /** Asks yes or no; null where nobody can be asked. */
  confirm: ((question: string) => Promise<boolean>) | null;
  /** Rows read at the door so far; null when it is passed, or was not. */
  progress(rows: number | null): void;
}
