import type { Request } from "../model/request.ts";

/** What options took from a row, for "replaces gpt-4o-mini in 1,319 rows". */
export interface Changes {
  /** The model that `--model` replaced. */
  model: string | null;
  system: boolean;
  params: readonly string[];
  stream: boolean;
  /** Null columns that render as empty text. */
  nulls: boolean;
}

export const NO_CHANGES: Changes = { model: null, system: false, params: [], stream: false, nulls: false };

/** A row made into a request, or the sentence why it cannot be. */
export type Shaping =
  | { kind: "request"; request: Request; changes: Changes }
  | { kind: "problem"; problem: string; wholeInput: boolean };

export const NO_MODEL: Extract<Shaping, { kind: "problem" }> = {
  kind: "problem",
  problem: 'no model is named; give --model, or put "model" into the row',
  wholeInput: true,
};

/** Depth is the one thing of valid JSON that Node cannot bear. */
export const NESTED_TOO_DEEPLY = "nested too deeply to be read";

/** The spellings of the cap on output tokens, the newest of chat completions first. */
export const CAP_NAMES: readonly string[] = ["max_completion_tokens", "max_tokens", "max_output_tokens"];

/** Reads the cap and `n` of a finished body, through a lookup of its members. */
export function readLoad(member: (name: string) => unknown): { maxTokens: number | null; samples: number } {
  const maxTokens = CAP_NAMES.map(member).find(isCount) ?? null;
  const samples = member("n");
  return { maxTokens, samples: isCount(samples) ? samples : 1 };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
