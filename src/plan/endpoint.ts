/** Where prompts and chat bodies go unless `--endpoint` says otherwise. */
export const CHAT_PATH = "/chat/completions";

/** How a body of one endpoint is built and changed. `null` = the endpoint has no such thing. */
export interface BodyDialect {
  /** The member that carries a prompt; `messages` takes it as a user message. */
  prompt: "messages" | "input" | "prompt" | null;
  /** Where a system prompt goes: a message in `messages`, or a member of this name. */
  system: "message" | "instructions" | "system" | null;
  /** The cap on output tokens; "asked" = as the provider's chat endpoint spells it. */
  maxTokens: "asked" | "max_tokens" | "max_output_tokens" | null;
  /** The Responses API nests the effort: `reasoning: { effort }`. */
  nestedEffort: boolean;
}

export const CHAT_DIALECT: BodyDialect = {
  prompt: "messages",
  system: "message",
  maxTokens: "asked",
  nestedEffort: false,
};

/** OpenAI's and xAI's endpoints that take JSON, by the end of their path; the longer ending stands first. */
const DIALECTS: readonly (readonly [string, BodyDialect])[] = [
  [CHAT_PATH, CHAT_DIALECT],
  ["/completions", { prompt: "prompt", system: null, maxTokens: "max_tokens", nestedEffort: false }],
  [
    "/responses",
    { prompt: "input", system: "instructions", maxTokens: "max_output_tokens", nestedEffort: true },
  ],
  ["/messages", { prompt: "messages", system: "system", maxTokens: "max_tokens", nestedEffort: false }],
  ["/embeddings", { prompt: "input", system: null, maxTokens: null, nestedEffort: false }],
  ["/images/generations", { prompt: "prompt", system: null, maxTokens: null, nestedEffort: false }],
];
const UNKNOWN: BodyDialect = { prompt: null, system: null, maxTokens: "max_tokens", nestedEffort: false };

export function dialectOf(path: string): BodyDialect {
  const bare = path.split("?", 1)[0] ?? path;
  return DIALECTS.find(([ending]) => bare.endsWith(ending))?.[1] ?? UNKNOWN;
}

/** A path as requests carry it, or what is wrong with it. */
export type PathReading = { path: string } | { problem: string };

/** Visible ASCII without `#` and backslash: what may stand in the path of an HTTP request. */
const PATH = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]+$/;
const ABSOLUTE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;
const PARENT = /(?:^|\/)\.\.?(?:[/?]|$)/;
const VERSION = /^\/v1(?=\/)/;

/**
 * Reads `/v1/chat/completions` as `/chat/completions`: the version belongs to the base address, which joins
 * once. `keepVersion` leaves it, for a base address that does not end in `/v1`.
 */
export function readPath(url: string, keepVersion: boolean): PathReading {
  if (ABSOLUTE.test(url)) {
    return { problem: "is an absolute address; name a path such as /v1/chat/completions" };
  }
  const path = url.startsWith("/") ? url : `/${url}`;
  if (!PATH.test(path) || PARENT.test(path) || path === "/v1") {
    return { problem: "is not a plain path such as /v1/chat/completions" };
  }
  return { path: keepVersion ? path : path.replace(VERSION, "") };
}
