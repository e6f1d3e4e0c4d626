import type { ResponseHead, WireEnd } from "../model/transport.ts";

/** Statuses whose `Response` takes no body (fetch.spec.whatwg.org, null body status). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);
/** What SDKs send again on their own, together with all from 500 on (openai-node, Anthropic, Vercel AI). */
const RETRIED_BY_SDKS: ReadonlySet<number> = new Set([408, 409, 429]);
/** openai-node and Anthropic's SDK obey it before anything else. */
const SHOULD_RETRY = "x-should-retry";
/** They told of the bytes on the wire; the body is decoded. */
const ENCODING_HEADERS: readonly string[] = ["content-encoding", "content-length"];

/**
 * The provider's response as `fetch` gives it. What an SDK would send again is marked: it was sent again already as
 * often as that helps, or never can be.
 */
export function responseOf(
  url: URL,
  head: ResponseHead,
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>,
): Response {
  const { status } = head;
  const headers = new Headers();
  for (const [name, value] of Object.entries(head.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  if (headers.has("content-encoding")) for (const name of ENCODING_HEADERS) headers.delete(name);
  if (status >= 500 || RETRIED_BY_SDKS.has(status)) headers.set(SHOULD_RETRY, "false");
  const response = new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers });
  // A constructed response has no address; SDKs log it.
  Object.defineProperty(response, "url", { value: url.href });
  return response;
}

/** What `fetch` throws where no response came: its `cause` says why. */
export function fetchFailed({ code, message }: { code: string; message: string }): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

/** An exchange that ended without a whole response, in words. */
export function failureOf(end: Exclude<WireEnd, { kind: "response" }>): { code: string; message: string } {
  switch (end.kind) {
    case "unprocessed":
    case "broken":
      return { code: end.code, message: end.message };
    case "too-large":
      return { code: "too-large", message: `the answer is larger than ${end.limitBytes} bytes` };
    case "aborted":
      return { code: "closed", message: "the instance was closed" };
  }
}
