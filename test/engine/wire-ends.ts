import type { WireEnd } from "../../src/model/transport.ts";

/** Ends of exchanges, as a provider and its wire produce them. */

const utf8 = new TextEncoder();

export function response(status: number, body: unknown, headers: Record<string, string> = {}): WireEnd {
  return { kind: "response", head: { status, headers }, body: utf8.encode(JSON.stringify(body)) };
}

/** A complete answer; `ticks` is what the provider says it cost, in units of 1e-10 USD. */
export function answer(text = "yes", ticks?: number): WireEnd {
  const money = ticks === undefined ? {} : { cost_in_usd_ticks: ticks };
  return response(200, {
    model: "grok-4.3",
    choices: [{ message: { content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, ...money },
  });
}

export function simulatedAnswer(): WireEnd {
  const end = answer();
  return end.kind === "response"
    ? { ...end, head: { status: 200, headers: { "x-sluice-simulator": "1" } } }
    : end;
}

export const serverError = response(500, { error: { message: "internal error" } });
export const badGateway = response(502, { error: { message: "bad gateway" } });
export const overloaded = response(503, { error: { message: "overloaded" } });
export const badRequest = response(400, { error: { message: "no such parameter" } });
export const forbidden = response(403, { error: { message: "no" } });
export const wrongKey = response(401, { error: { message: "Incorrect API key provided" } });
export const noSuchModel = response(404, { error: "The model grok-9 does not exist" });
export const cut: WireEnd = {
  kind: "broken",
  code: "reset",
  message: "connection reset",
  head: null,
  body: null,
};
export const unreached: WireEnd = { kind: "unprocessed", code: "refused", message: "connection refused" };

export function dailyLimit(retryAfterSeconds: number): WireEnd {
  const error = { message: "Rate limit reached for requests per day (RPD)" };
  return response(429, { error }, { "retry-after": String(retryAfterSeconds) });
}

export function throttled(retryAfterSeconds: number | null = null): WireEnd {
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
  return response(429, { error: { message: "Rate limit reached" } }, headers);
}
