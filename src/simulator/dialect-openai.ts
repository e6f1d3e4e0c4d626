import type { Dialect, HeaderMap } from "./dialect.ts";
import type { FailureKind, LimitFailure } from "./failure.ts";

interface Wording {
  status: number;
  type: string;
  code: string | null;
  text: (model: string) => string;
}

const INVALID = "invalid_request_error";

/** Statuses, types and codes as OpenAI sends them. */
const WORDINGS: Readonly<Record<FailureKind, Wording>> = {
  "bad-request": { status: 400, type: INVALID, code: null, text: () => "The request is invalid." },
  "no-key": {
    status: 401,
    type: INVALID,
    code: null,
    text: () => "You didn't provide an API key: send it in the Authorization header as a bearer token.",
  },
  "wrong-key": {
    status: 401,
    type: INVALID,
    code: "invalid_api_key",
    text: () => "Incorrect API key provided: sk-***lator.",
  },
  forbidden: {
    status: 403,
    type: INVALID,
    code: "insufficient_permissions",
    text: () => "Your API key has insufficient permissions for this operation.",
  },
  content: {
    status: 403,
    type: INVALID,
    code: "content_policy_violation",
    text: () => "The request was rejected by the safety system: its content violates the usage policies.",
  },
  "unknown-route": { status: 404, type: INVALID, code: "unknown_url", text: () => "Unknown request URL." },
  "unknown-model": {
    status: 404,
    type: INVALID,
    code: "model_not_found",
    text: (model) => `The model \`${model}\` does not exist or you do not have access to it.`,
  },
  "wrong-method": {
    status: 405,
    type: INVALID,
    code: "method_not_allowed",
    text: () => "Method not allowed.",
  },
  "request-timeout": { status: 408, type: "server_error", code: null, text: () => "The request timed out." },
  conflict: { status: 409, type: "server_error", code: null, text: () => "The request was in conflict." },
  "too-large": { status: 413, type: INVALID, code: null, text: () => "The request body is too large." },
  "wrong-media-type": {
    status: 415,
    type: INVALID,
    code: "unsupported_content_type",
    text: () => "Unsupported content type: the API takes application/json.",
  },
  unprocessable: { status: 422, type: INVALID, code: null, text: () => "A field has an invalid format." },
  capacity: {
    status: 429,
    type: "server_error",
    code: "engine_overloaded",
    text: () => "The engine is currently overloaded, please try again later.",
  },
  credits: {
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
    text: () => "You exceeded your current quota, please check your plan and billing details.",
  },
  "no-access": {
    status: 429,
    type: "requests",
    code: "rate_limit_exceeded",
    text: (model) => overLimit("requests", "min", model, 0, 0, 1),
  },
  "server-error": {
    status: 500,
    type: "server_error",
    code: null,
    text: () => "The server had an error while processing your request.",
  },
  "bad-gateway": { status: 502, type: "server_error", code: null, text: () => "Bad gateway." },
  unavailable: { status: 503, type: "server_error", code: null, text: () => "Service unavailable." },
  "gateway-timeout": { status: 504, type: "server_error", code: null, text: () => "Gateway timeout." },
  overloaded: { status: 529, type: "overloaded_error", code: null, text: () => "Overloaded." },
};

/** OpenAI: nested error envelope, limit headers with Go durations on every answer, Retry-After on a 429. */
export const openaiDialect: Dialect = {
  name: "openai",
  title: "OpenAI",
  retryAfter: "seconds",
  capsReasoning: true,
  failure(failure) {
    if (failure.kind === "limited") {
      const text = limitText(failure);
      return { status: 429, body: nested(text, failure.dimension, null, "rate_limit_exceeded") };
    }
    const wording = WORDINGS[failure.kind];
    const text = failure.message ?? wording.text(failure.model);
    return { status: wording.status, body: nested(text, wording.type, failure.param ?? null, wording.code) };
  },
  limitHeaders(standings) {
    const headers: HeaderMap = {};
    for (const standing of standings) {
      if (standing.windowMs <= 1000) continue;
      headers[`x-ratelimit-limit-${standing.dimension}`] = String(standing.perWindow);
      headers[`x-ratelimit-remaining-${standing.dimension}`] = String(standing.remaining);
      headers[`x-ratelimit-reset-${standing.dimension}`] = goDuration(standing.resetMs);
    }
    return headers;
  },
  chatUsage(usage) {
    const completion = usage.visible + usage.reasoning;
    return (
      `{"prompt_tokens":${usage.prompt},"completion_tokens":${completion},"total_tokens":${usage.prompt + completion}` +
      `,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}` +
      `,"completion_tokens_details":{"reasoning_tokens":${usage.reasoning},"audio_tokens":0` +
      `,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`
    );
  },
};

function nested(message: string, type: string, param: string | null, code: string | null): string {
  return JSON.stringify({ error: { message, type, param, code } });
}

function limitText(failure: LimitFailure): string {
  const unit = failure.windowMs <= 1000 ? "sec" : failure.windowMs <= 60_000 ? "min" : "day";
  const text = overLimit(
    failure.dimension,
    unit,
    failure.model,
    failure.perWindow,
    failure.used,
    failure.requested,
  );
  return `${text} Please try again in ${goDuration(failure.waitMs)}.`;
}

function overLimit(
  dimension: string,
  unit: string,
  model: string,
  limit: number,
  used: number,
  requested: number,
): string {
  const short = `${dimension === "requests" ? "R" : "T"}P${unit.charAt(0).toUpperCase()}`;
  return (
    `Rate limit reached for ${model} in organization org-simulator on ${dimension} per ${unit} (${short}): ` +
    `Limit ${limit}, Used ${used}, Requested ${requested}.`
  );
}

/** A duration as Go prints it: "0s", "120ms", "1.5s", "6m0s", "1h2m3s". */
function goDuration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole === 0) return "0s";
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${whole / 1000}s`;
  const seconds = Math.ceil(whole / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = `${minutes % 60}m${seconds % 60}s`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}h${rest}`;
}
