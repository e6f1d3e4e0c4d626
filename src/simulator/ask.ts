import { isObject, type JsonObject } from "../model/json-object.ts";
import { digestOf, type Prompt, promptOf, tokensOf } from "./answer.ts";
import type { PlainFailure } from "./failure.ts";

export type Endpoint = "chat" | "responses" | "embeddings";

/** What a request asks for, read from its body. */
export interface Ask {
  endpoint: Endpoint;
  model: string;
  prompt: Prompt;
  promptTokens: number;
  /** The cap on output tokens; null = none. */
  maxTokens: number | null;
  /** False for a model that does not reason, and for one told not to. */
  reasons: boolean;
  /** How many choices (`n`). */
  samples: number;
  stream: boolean;
  includeUsage: boolean;
  /** The caller's own mark: `user`, else `metadata.custom_id`; at most 200 characters. */
  marker: string | null;
  /** Of embeddings only. */
  embedding: { inputs: readonly string[]; dimensions: number; base64: boolean } | null;
}

const MAX_SAMPLES = 128;
const MAX_DIMENSIONS = 4096;
const DEFAULT_DIMENSIONS = 16;
const MAX_MARKER_CHARACTERS = 200;
const NEVER_REASONS = /non-reasoning/;

type Reading = Ask | PlainFailure;

/** Reads a body as a provider would; a failure says what is wrong with it. */
export function readAsk(endpoint: Endpoint, body: Buffer): Reading {
  let fields: unknown;
  try {
    fields = JSON.parse(body.toString("utf8"));
  } catch {
    return invalid("The request body is not valid JSON.");
  }
  if (!isObject(fields)) return invalid("The request body must be a JSON object.");
  const { model } = fields;
  if (typeof model !== "string" || model === "")
    return wrongField("model", "must be the name of a model", "");
  if (fields.deferred === true || fields.background === true)
    return invalid(
      "The simulator answers at once: deferred and background requests are not simulated.",
      model,
    );
  if (endpoint === "chat") return readChat(fields, model);
  return endpoint === "responses" ? readResponse(fields, model) : readEmbedding(fields, model);
}

function readChat(fields: JsonObject, model: string): Reading {
  const { messages, n } = fields;
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage))
    return wrongField("messages", "must be a list of messages, each with a role", model);
  const samples = n === undefined || n === null ? 1 : n;
  if (!isCount(samples) || samples > MAX_SAMPLES)
    return wrongField("n", `must be a whole number from 1 to ${MAX_SAMPLES}`, model);
  const maxTokens = fields.max_completion_tokens ?? fields.max_tokens ?? null;
  if (maxTokens !== null && !isCount(maxTokens))
    return wrongField("max_tokens", "must be a whole number of at least 1", model);
  const options = fields.stream_options;
  return {
    ...common(fields, "chat", model, promptOf(messages)),
    maxTokens,
    samples,
    stream: fields.stream === true,
    includeUsage: isObject(options) && options.include_usage === true,
  };
}

function readResponse(fields: JsonObject, model: string): Reading {
  const { input, instructions } = fields;
  if (!(typeof input === "string" && input !== "") && !(Array.isArray(input) && input.length > 0))
    return wrongField("input", "must be a text or a list of messages", model);
  if (fields.stream === true)
    return invalid("Streaming of responses is not simulated; use chat completions.", model);
  const maxTokens = fields.max_output_tokens ?? null;
  if (maxTokens !== null && !isCount(maxTokens))
    return wrongField("max_output_tokens", "must be a whole number of at least 1", model);
  const messages = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const system = typeof instructions === "string" ? [{ role: "system", content: instructions }] : [];
  return { ...common(fields, "responses", model, promptOf([...system, ...messages])), maxTokens };
}

function readEmbedding(fields: JsonObject, model: string): Reading {
  const { input, dimensions } = fields;
  const inputs = typeof input === "string" ? [input] : input;
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every((text) => typeof text === "string"))
    return wrongField("input", "must be a text or a list of texts", model);
  const size = dimensions ?? DEFAULT_DIMENSIONS;
  if (!isCount(size) || size > MAX_DIMENSIONS)
    return wrongField("dimensions", `must be a whole number from 1 to ${MAX_DIMENSIONS}`, model);
  const characters = inputs.reduce((sum, text) => sum + text.length, 0);
  const prompt = { lastUserText: inputs.at(-1) ?? "", digest: digestOf(JSON.stringify(inputs)), characters };
  return {
    ...common(fields, "embeddings", model, prompt),
    embedding: { inputs, dimensions: size, base64: fields.encoding_format === "base64" },
  };
}

function common(fields: JsonObject, endpoint: Endpoint, model: string, prompt: Prompt): Ask {
  return {
    endpoint,
    model,
    prompt,
    promptTokens: tokensOf(prompt.characters),
    maxTokens: null,
    reasons: !NEVER_REASONS.test(model) && effortOf(fields) !== "none",
    samples: 1,
    stream: false,
    includeUsage: false,
    marker: markerOf(fields),
    embedding: null,
  };
}

/** Chat names it by itself, Responses within `reasoning`. */
function effortOf({ reasoning, reasoning_effort }: JsonObject): unknown {
  return isObject(reasoning) ? reasoning.effort : reasoning_effort;
}

function markerOf({ user, metadata }: JsonObject): string | null {
  const marker = typeof user === "string" ? user : isObject(metadata) ? metadata.custom_id : null;
  return typeof marker === "string" ? marker.slice(0, MAX_MARKER_CHARACTERS) : null;
}

function invalid(message: string, model = ""): PlainFailure {
  return { kind: "bad-request", model, message };
}

function wrongField(param: string, rule: string, model: string): PlainFailure {
  return { kind: "bad-request", model, message: `Invalid value for '${param}': it ${rule}.`, param };
}

function isMessage(value: unknown): boolean {
  return isObject(value) && typeof value.role === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
