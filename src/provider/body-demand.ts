import { isObject, type JsonObject } from "../model/json-object.ts";
import { parseJson } from "./json-values.ts";
import { ORDINARY_TIERS } from "./usage.ts";

/** What a body asks for, as far as it decides what the answer can cost. */
export interface BodyDemand {
  /** True where tokens are billed that neither the body's bytes nor a cap bound. */
  isOpenEnded: boolean;
  /** The cap on output tokens that this endpoint enforces; null = none is given. */
  cap: number | null;
  /** False for an endpoint whose answers are no tokens: embeddings. */
  answersInTokens: boolean;
  withoutReasoning: boolean;
  priority: boolean;
}

/** The names of the cap by endpoint, by the end of its path; another endpoint's name is ignored there, or refused. */
const CAPS: readonly (readonly [string, readonly string[]])[] = [
  ["/chat/completions", ["max_completion_tokens", "max_tokens"]],
  ["/responses", ["max_output_tokens"]],
  ["/completions", ["max_tokens"]],
  ["/embeddings", []],
];

/**
 * The `type`s of what a body may hold and still be text whose tokens its bytes bound: parts of messages, functions
 * of the caller's own, and the words of JSON Schema. Images, audio, files and the provider's own tools are not here.
 */
const BOUNDED_TYPES: ReadonlySet<string> = new Set([
  ...["text", "input_text", "output_text", "summary_text", "refusal", "message", "reasoning"],
  ...["function", "function_call", "function_call_output", "json_object", "json_schema"],
  ...["object", "array", "string", "number", "integer", "boolean", "null"],
]);

/** Members that bring in what is not in the body, or tokens beside the answer. */
const UNBOUNDED_MEMBERS = [
  ...["previous_response_id", "conversation", "search_parameters", "web_search_options"],
  ...["prediction", "audio", "best_of"],
];

/** "flex" is cheaper than the table's price: that bounds it, too. */
const BOUNDED_TIERS: readonly unknown[] = [...ORDINARY_TIERS, "flex", "priority"];

export function readDemand(path: string, body: Uint8Array): BodyDemand {
  const names = CAPS.find(([ending]) => (path.split("?", 1)[0] ?? path).endsWith(ending))?.[1];
  if (names === undefined) return ANYTHING;
  try {
    const value = parseJson(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
    return isObject(value) ? demandOf(value, names) : ANYTHING;
  } catch {
    // No JSON, or nested too deeply to be walked.
    return ANYTHING;
  }
}

function demandOf(value: JsonObject, names: readonly string[]): BodyDemand {
  const caps = names.map((name) => value[name]).filter((cap): cap is number => typeof cap === "number");
  const effort = isObject(value.reasoning) ? value.reasoning.effort : value.reasoning_effort;
  return {
    isOpenEnded: hasUnboundedMember(value) || !isBounded(value),
    cap: caps.length === 0 ? null : Math.max(...caps),
    answersInTokens: names.length > 0,
    withoutReasoning: effort === "none",
    priority: value.service_tier === "priority",
  };
}

const ANYTHING: BodyDemand = {
  isOpenEnded: true,
  cap: null,
  answersInTokens: true,
  withoutReasoning: false,
  priority: false,
};

function hasUnboundedMember(body: JsonObject): boolean {
  // A prompt that is an object is one the provider has stored; an array is several prompts, each with an answer.
  if (typeof (body.prompt ?? "") !== "string" || !BOUNDED_TIERS.includes(body.service_tier)) return true;
  return UNBOUNDED_MEMBERS.some((name) => body[name] !== undefined && body[name] !== null);
}

function isBounded(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isBounded);
  if (!isObject(value)) return true;
  if (typeof value.type === "string" && !BOUNDED_TYPES.has(value.type)) return false;
  return Object.values(value).every(isBounded);
}
