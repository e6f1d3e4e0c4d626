import type { Dialect, HeaderMap } from "./dialect.ts";
import type { FailureKind, LimitFailure } from "./failure.ts";
import type { LimitStanding } from "./lane-limits.ts";

/** The team that every simulated error names. */
const TEAM = "5f0e2c1a-0000-4000-8000-51a1ce000000";

interface Wording {
  status: number;
  code: string;
  text: (model: string) => string;
}

/** Statuses, codes and the words that tell endings apart, as measured at api.x.ai. A wrong key is a 400 there. */
const WORDINGS: Readonly<Record<FailureKind, Wording>> = {
  "bad-request": { status: 400, code: "invalid-argument", text: () => "Invalid argument in the request." },
  "no-key": {
    status: 401,
    code: "unauthenticated",
    text: () => "No API key was provided: send it in the Authorization header as a bearer token.",
  },
  "wrong-key": {
    status: 400,
    code: "invalid-argument",
    text: () => "Incorrect API key provided: xa***or. Keys are made at https://console.x.ai.",
  },
  forbidden: {
    status: 403,
    code: "permission-denied",
    text: () => `The API key of team ${TEAM} is blocked or lacks permission for this endpoint.`,
  },
  content: {
    status: 403,
    code: "permission-denied",
    text: () => "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_DATA_LEAKAGE",
  },
  "unknown-route": { status: 404, code: "not-found", text: () => "There is nothing at this URL." },
  "unknown-model": {
    status: 404,
    code: "not-found",
    text: (model) => `The model ${model} does not exist or your team ${TEAM} does not have access to it.`,
  },
  "wrong-method": { status: 405, code: "unimplemented", text: () => "This URL does not answer that method." },
  "request-timeout": { status: 408, code: "deadline-exceeded", text: () => "The request took too long." },
  conflict: { status: 409, code: "aborted", text: () => "The request conflicts with another one." },
  "too-large": { status: 413, code: "invalid-argument", text: () => "The request body is too large." },
  "wrong-media-type": {
    status: 415,
    code: "invalid-argument",
    text: () => "Expected a JSON body with `Content-Type: application/json`.",
  },
  unprocessable: {
    status: 422,
    code: "invalid-argument",
    text: () => "Failed to read the JSON body: a field has an invalid format.",
  },
  capacity: {
    status: 429,
    code: "resource-exhausted",
    text: (model) => `The model ${model} is temporarily at capacity. Please retry your request shortly.`,
  },
  credits: {
    status: 429,
    code: "resource-exhausted",
    text: () =>
      `Your team ${TEAM} has either used all available credits or reached its monthly spending limit.`,
  },
  "no-access": {
    status: 429,
    code: "resource-exhausted",
    text: (model) => tooMany("requests", model, "Requests per Minute", 0, 0),
  },
  "server-error": { status: 500, code: "internal", text: () => "Internal error." },
  "bad-gateway": { status: 502, code: "unavailable", text: () => "Bad gateway." },
  unavailable: { status: 503, code: "unavailable", text: () => "The service is currently unavailable." },
  "gateway-timeout": { status: 504, code: "deadline-exceeded", text: () => "Gateway timeout." },
  overloaded: { status: 529, code: "unavailable", text: () => "The service is overloaded." },
};

/** xAI: flat error bodies, limit headers on success only, no reset, no Retry-After. */
export const xaiDialect: Dialect = {
  name: "xai",
  title: "xAI",
  retryAfter: "none",
  capsReasoning: false,
  failure(failure) {
    if (failure.kind === "limited")
      return { status: 429, body: flat("resource-exhausted", limitText(failure)) };
    const wording = WORDINGS[failure.kind];
    return {
      status: wording.status,
      body: flat(wording.code, failure.message ?? wording.text(failure.model)),
    };
  },
  limitHeaders: (standings, refused) => (refused ? {} : successHeaders(standings)),
  chatUsage(usage) {
    const cost = usage.ticks === null ? "" : `,"cost_in_usd_ticks":${usage.ticks}`;
    return (
      `{"prompt_tokens":${usage.prompt},"completion_tokens":${usage.visible}` +
      `,"total_tokens":${usage.prompt + usage.visible + usage.reasoning}` +
      `,"prompt_tokens_details":{"text_tokens":${usage.prompt},"audio_tokens":0,"image_tokens":0,"cached_tokens":0}` +
      `,"completion_tokens_details":{"reasoning_tokens":${usage.reasoning},"audio_tokens":0` +
      `,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0},"num_sources_used":0${cost}}`
    );
  },
};

function flat(code: string, error: string): string {
  return JSON.stringify({ code, error });
}

function tooMany(what: string, model: string, scope: string, used: number, limit: number): string {
  return `Too many ${what} for team ${TEAM} and model ${model}. Your team's rate limit is — ${scope} (actual/limit): ${used}/${limit}.`;
}

function limitText(failure: LimitFailure): string {
  const scope = `${failure.dimension === "requests" ? "Requests" : "Tokens"} per ${unitOf(failure.windowMs)}`;
  const text = tooMany(failure.dimension, failure.model, scope, failure.used, failure.perWindow);
  return failure.windowMs > 60_000 ? `${text} Resets in: ${hours(failure.waitMs)}` : text;
}

function unitOf(windowMs: number): string {
  if (windowMs <= 1000) return "Second";
  return windowMs <= 60_000 ? "Minute" : "Day";
}

function hours(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 3600)}h ${Math.floor(seconds / 60) % 60}m ${seconds % 60}s`;
}

/** xAI tells requests and tokens per minute only, whatever it enforces per second. */
function successHeaders(standings: readonly LimitStanding[]): HeaderMap {
  const headers: HeaderMap = {};
  for (const standing of standings) {
    if (standing.windowMs <= 1000) continue;
    headers[`x-ratelimit-limit-${standing.dimension}`] = String(standing.perWindow);
    headers[`x-ratelimit-remaining-${standing.dimension}`] = String(standing.remaining);
  }
  return headers;
}
