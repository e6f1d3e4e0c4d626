import type { OpenLedgerOptions as OwnLedgerOptions } from "../ledger/index.ts";
import type { LaneRegistry } from "../limiter/index.ts";
import type { BudgetMode } from "../model/budget.ts";
import type { Clock } from "../model/clock.ts";
import type { Durability } from "../model/durability.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Sink } from "../model/sink.ts";
import type { Transport } from "../model/transport.ts";
import type { TransportOptions as OwnTransportOptions } from "../transport/index.ts";

/** Whom to ask, and with which key: what makes an account. */
export interface AccountOptions {
  /** "xai" (default), "openai", "compatible" or "simulator". */
  provider?: string | undefined;
  /** Another address, such as "http://localhost:8000/v1"; alone it means an OpenAI-compatible server. */
  baseURL?: string | undefined;
  /** The key; default: the provider's environment variable, sent to the provider's own hosts only. */
  apiKey?: string | undefined;
  /** The account's tier, 0 (default) to 4, for the published limits of xAI. */
  tier?: number | undefined;
  /** True allows an `http://` address on another machine: key and prompts can then be read on the way. Default false. */
  insecure?: boolean | undefined;
}

/** How fast to ask. What is set holds for everything that shares the account; the last word counts. */
export interface RateOptions {
  /** The most requests in flight, 1 or more. Default: from the known rate and the latency seen. */
  maxConcurrent?: number | undefined;
  /** The most requests per second, per model, above 0. Default: what the provider publishes, else none. */
  rps?: number | undefined;
  /** The most requests per minute, per model, above 0. Default: what the provider publishes, else none. */
  rpm?: number | undefined;
  /** The most tokens per minute, per model, above 0. Default: what the provider publishes, else none. */
  tpm?: number | undefined;
}

/** Limits to change: what is left out stays; null goes back to what the provider publishes or shows, else none. */
export type RateTuning = { [Name in keyof RateOptions]: RateOptions[Name] | null };

/** What may be changed while a run goes on. Limits change for everything that shares the account. */
export interface TuneOptions extends RateTuning {
  /** True: nothing more is sent until it is false again; what is in flight is answered. Default: stays as it is. */
  paused?: boolean | undefined;
}

/** How long to try. */
export interface PatienceOptions {
  /**
   * Milliseconds one attempt may take, above 0. Default 3,600,000 (1 h), none with `stream`: reasoning answers are
   * slow, and a request that timed out is not sent again in the same run, because it may still be billed.
   */
  timeout?: number | undefined;
  /**
   * Milliseconds in which the provider may send nothing, above 0; then the attempt ends as with `timeout`. Default: as
   * long as it likes before the body of an answer, 60,000 (1 min) within it; 600,000 (10 min) with `stream`.
   */
  silenceTimeout?: number | undefined;
  /**
   * True has chat completions streamed inside and put together again, so that silence and not duration is the limit.
   * It costs 35 to 80 times the CPU for each answer. Default false.
   */
  stream?: boolean | undefined;
  /**
   * True sends a second copy of a request that takes longer than 99 of 100 did, where limits and budget have room; the
   * first answer counts, and both may be billed. Default false.
   */
  hedge?: boolean | undefined;
  /** Retries per request after its first attempt, 0 or more. Default 7. Being throttled costs none. */
  maxRetries?: number | undefined;
}

/** What an instance is made of: shared by everything it does. */
export interface SluiceOptions extends AccountOptions, RateOptions, PatienceOptions {
  /**
   * A file in which `run` remembers every answer, so that none is paid twice. Default: a temporary one per run. One
   * run at a time holds it. `send` does not use it: each call is a question of its own.
   */
  ledger?: string | undefined;
  /** What an answer in that file survives: "process" (default), a kill; "power", a power cut too, and slower. */
  durability?: Durability | undefined;
}

/** What a `fetch` of its own is made of. */
export interface FetchOptions extends AccountOptions, RateOptions, Pick<PatienceOptions, "maxRetries"> {}

/** How rows become requests. What is set here wins over the row. */
export interface AskOptions {
  /** The model. Default: the row's own. */
  model?: string | undefined;
  /** A system message for every row, taken word for word. */
  system?: string | undefined;
  /** 0 to 2. Default: the provider's. */
  temperature?: number | undefined;
  /** Cap on output tokens per answer, 1 or more. Default: the provider's. */
  maxTokens?: number | undefined;
  /** "low", "medium", "high" …: as the model allows. Default: the provider's. */
  reasoningEffort?: string | undefined;
  /** Any other field of the request body. */
  params?: Readonly<Record<string, unknown>> | undefined;
  /** Path that rows which are bodies go to, such as "/v1/embeddings". Default: chat completions. */
  endpoint?: string | undefined;
  /**
   * Stops at once when aborted: nothing more is sent, what is in flight is given up (it may still be billed), and
   * the promise or iteration rejects with `RunStoppedError`.
   */
  signal?: AbortSignal | undefined;
}

/** Parts of your own in place of the instance's. All are borrowed: used by the run, never closed by it. */
export interface PartOptions {
  /** Limits to share with other instances; from `createLaneRegistry`. */
  lanes?: LaneRegistry | undefined;
  /** A file, instead of the instance's; or an open ledger, from `openLedger`. One run at a time uses it. */
  ledger?: string | Ledger | undefined;
  /** What an answer in the ledger's file survives, "process" or "power". Default: the instance's, else "process". */
  durability?: Durability | undefined;
  /** Connections to the provider's address; from `createTransport`. */
  transport?: Transport | undefined;
  /**
   * Where outcomes go instead of to whoever iterates, as rows with the provider's bytes: await `run.done()`. A slow
   * one slows the run. Its `end` is called once.
   */
  sink?: Sink | undefined;
  /** Where time comes from. Default: the machine's clock. */
  clock?: Clock | undefined;
}

/** What `openLedger` takes. */
export interface OpenLedgerOptions extends Omit<OwnLedgerOptions, "mode"> {
  /** "open" refuses a ledger that does not exist. Default "create-or-open". */
  mode?: OwnLedgerOptions["mode"] | undefined;
}

/** What `createTransport` takes. */
export interface TransportOptions extends Omit<OwnTransportOptions, "clock"> {
  /** Where time comes from. Default: the machine's clock. */
  clock?: Clock | undefined;
}

/** How one run goes. */
export interface RunOptions<Row> extends AskOptions, PartOptions {
  /**
   * Turns a row of yours into a prompt, a chat body or a Batch line, or the promise of one; up to 64 promises are waited
   * for at once. Default: the row is one of these itself. Where it throws, that row alone is `unsent`. For a file it is
   * called twice per row: the first time before anything is sent, and where it throws then, nothing is.
   */
  toRequest?: ((row: Row) => unknown) | undefined;
  /** "input" (default): outcome i belongs to row i. "completion": as they come. */
  order?: "input" | "completion" | undefined;
  /**
   * US dollars, above 0: stops before the next request could pass it, counting what the ledger holds. Rows of a
   * model without a known price are not sent. Default: none.
   */
  budget?: number | undefined;
  /**
   * How an answer counts whose length no cap holds: "learned" (default) holds back twice the dearest seen, after a
   * few at their true worst; "strict" always their true worst, so that the budget is never passed, and little is in
   * flight at once.
   */
  budgetMode?: BudgetMode | undefined;
  /**
   * A folder of answers: a request that was answered before, in whichever run, is not sent again. Default: none.
   */
  cache?: string | undefined;
  /**
   * Rows with the same request are sent once, and each gets the outcome. Answers are kept on disk until the run ends.
   * Default false.
   */
  dedupe?: boolean | undefined;
  /** Also sends rows that the provider rejected in an earlier run of the ledger. Default false. */
  retryFailed?: boolean | undefined;
  /** Also sends rows that timed out in an earlier run and may have been billed. Default false. */
  retryUnknown?: boolean | undefined;
}

/** Everything `processRequests` takes. Its outcomes are always in the order of the rows. */
export interface ProcessOptions<Row>
  extends AccountOptions,
    RateOptions,
    PatienceOptions,
    Omit<RunOptions<Row>, "order" | "sink"> {}
