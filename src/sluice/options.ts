import { z } from "zod";
import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";

/** Whom to ask, with which key and how fast. Shared by everything an instance does. */
export interface SluiceOptions {
  /** "xai" (default), "openai", "compatible" or "simulator". */
  provider?: string | undefined;
  /** Another address, such as "http://localhost:8000/v1"; alone it means an OpenAI-compatible server. */
  baseURL?: string | undefined;
  /** The key; default: the provider's environment variable, sent to the provider's own hosts only. */
  apiKey?: string | undefined;
  /** The account's tier, 0 (default) to 4, for the published limits of xAI. */
  tier?: number | undefined;
  /** The most requests in flight, 1 or more; default: from the known rate and the latency seen. */
  maxConcurrent?: number | undefined;
  /** The most requests per second, per model. Default: what the provider publishes, else none. */
  rps?: number | undefined;
  /** The most requests per minute, per model. */
  rpm?: number | undefined;
  /** The most tokens per minute, per model. */
  tpm?: number | undefined;
  /** Milliseconds per attempt; default 3,600,000 (1 h): reasoning answers are slow, and an abandoned one is billed. */
  timeout?: number | undefined;
  /** Retries per request after the first attempt; default 7. A 429 never counts. */
  maxRetries?: number | undefined;
  /** A file that remembers every answer, so that none is paid twice; default: a temporary one. */
  ledger?: string | undefined;
}

/** How rows become requests. What is set here wins over the row. */
export interface AskOptions {
  /** The model; default: the row's own. */
  model?: string | undefined;
  /** A system message for every row. */
  system?: string | undefined;
  /** 0 to 2. */
  temperature?: number | undefined;
  /** Cap on output tokens per answer. */
  maxTokens?: number | undefined;
  /** "low", "medium", "high" …: as the model allows. */
  reasoningEffort?: string | undefined;
  /** Any other field of the request body. */
  params?: Readonly<Record<string, unknown>> | undefined;
  /** Path that rows which are bodies go to, such as "/v1/embeddings"; default: chat completions. */
  endpoint?: string | undefined;
  /** Stops the run at once: what is in flight is given up. */
  signal?: AbortSignal | undefined;
}

export interface RunOptions<Row> extends AskOptions {
  /** Turns a row of yours into a prompt, a chat body or a Batch line; default: the row is one of these itself. */
  toRequest?: ((row: Row) => unknown) | undefined;
  /** "input" (default) or "completion". */
  order?: "input" | "completion" | undefined;
  /** Stop before the money spent passes this many US dollars. */
  budget?: number | undefined;
  /** A file, instead of the instance's; or a ledger of your own, which stays open. */
  ledger?: string | Ledger | undefined;
  /** Where time comes from; for tests. */
  clock?: Clock | undefined;
}

const positive = z.number().positive();
const wholeFrom = (least: number) => z.number().int().min(least);

const SHARED = {
  provider: z.string().optional(),
  baseURL: z.string().optional(),
  apiKey: z.string().optional(),
  tier: wholeFrom(0).optional(),
  maxConcurrent: wholeFrom(1).optional(),
  rps: positive.optional(),
  rpm: positive.optional(),
  tpm: positive.optional(),
  timeout: positive.optional(),
  maxRetries: wholeFrom(0).optional(),
  ledger: z.string().optional(),
};
const ASK = {
  model: z.string().min(1).optional(),
  system: z.string().optional(),
  temperature: z.number().min(0).max(2).optional(),
  maxTokens: wholeFrom(1).optional(),
  reasoningEffort: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  endpoint: z.string().optional(),
  signal: z.instanceof(AbortSignal).optional(),
};
const RUN = {
  ...ASK,
  toRequest: z.function().optional(),
  order: z.enum(["input", "completion"]).optional(),
  budget: positive.optional(),
  ledger: z
    .union([z.string(), z.custom<Ledger>((value) => typeof value === "object" && value !== null)])
    .optional(),
  clock: z.custom<Clock>((value) => typeof value === "object" && value !== null).optional(),
};

export const checkSluiceOptions = checker("createSluice", z.strictObject(SHARED));
export const checkAskOptions = checker("send", z.strictObject(ASK));
export const checkRunOptions = checker("run", z.strictObject(RUN));
export const checkProcessOptions = checker("processRequests", z.strictObject({ ...SHARED, ...RUN }));

/** The names that belong to the instance, for functions that take both kinds in one object. */
export const SHARED_NAMES: ReadonlySet<string> = new Set(Object.keys(SHARED));

/** Refuses in one sentence that names the function, the option, what it takes and what it got. */
function checker(name: string, schema: z.ZodType): (options: unknown) => void {
  return (options) => {
    const result = schema.safeParse(options);
    if (result.success) return;
    const issue = result.error.issues[0];
    if (issue === undefined) return;
    const where = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      throw new UsageError(`${name}: there is no option "${issue.keys.join('", "')}".`);
    }
    throw new UsageError(`${name}: the option ${where || "object"} does not fit: ${issue.message}.`);
  };
}
