import type { CostBound } from "../model/budget.ts";
import type { Request } from "../model/request.ts";
import type { SourceKind } from "../model/source.ts";

/** What shapes requests. Every option that is given wins over the file. */
export interface PlannerOptions {
  /** How a line is read. */
  kind: SourceKind;
  /** The model of every row; without it each row names its own. */
  model?: string | undefined;
  /** Liquid template of the user message, from the row's columns. */
  prompt?: string | undefined;
  /** Liquid template of the system message; it may be a fixed text. */
  system?: string | undefined;
  /** 0 and up, as the provider takes it; no default: the provider's own. */
  temperature?: number | undefined;
  /** Cap on output tokens; no default: the provider's own. */
  maxTokens?: number | undefined;
  /** What chat completions call that cap. Default `max_tokens`. */
  maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined;
  /** For example "low"; no default: the provider's own. */
  reasoningEffort?: string | undefined;
  /** Further members of every body, already parsed. */
  params?: Readonly<Record<string, unknown>> | undefined;
  /** The column whose value is the row's identity. */
  idColumn?: string | undefined;
  /** Path of the endpoint that bodies without a rule of their own go to, for example `/v1/embeddings`. */
  endpoint?: string | undefined;
  /** Answers are streamed inside, which chat completions alone can be. Default false. */
  stream?: boolean | undefined;
  /** Leaves a leading `/v1` in paths: for a base address that does not end in `/v1`. Default false. */
  keepVersion?: boolean | undefined;
  /** What bounds a request's cost, for the estimate under a budget; it changes no request. */
  costBound?: ((request: Request) => CostBound) | undefined;
}
