import { isUtf8 } from "node:buffer";
import type { HttpMethod } from "../model/transport.ts";
import { readLoad } from "../plan/shaping.ts";
import { OWN_HEADERS } from "../transport/index.ts";

/** A question to a model, as its JSON body tells it. */
export interface Question {
  model: string;
  maxTokens: number | null;
  samples: number;
  /** It asks for its answer as a stream. */
  isStream: boolean;
}

/** What a call of `fetch` asks for, read once. */
export interface FetchRequest {
  url: URL;
  method: HttpMethod;
  /** Names in lower case, without those that the transport writes. */
  headers: Record<string, string>;
  body: Uint8Array | null;
  /** Null where no model is asked: a list, a file, a form. */
  question: Question | null;
  signal: AbortSignal | null;
}

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/** Azure and Gemini name the model in the path. */
const MODEL_IN_PATH = /\/(?:deployments|models)\/([^/:]+)/;
const OPENING_BRACE = 0x7b;

/** Reads the arguments of a `fetch`; throws the `TypeError` of one that cannot be. */
export async function readFetch(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<FetchRequest> {
  const signal = init.signal === undefined && input instanceof Request ? input.signal : init.signal;
  // The signal is ours to follow; a Request would follow it as well, with a listener for each call.
  const request = new Request(input, { ...init, signal: null });
  if (!isMethod(request.method)) throw new TypeError(`fetch: the method ${request.method} is not known.`);
  const url = new URL(request.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`fetch: ${url.protocol} is not asked; give an address of https:// or http://.`);
  }
  // No part of an address that is asked, nor of the one that a response tells.
  url.hash = "";
  const body = request.body === null ? null : await request.bytes();
  return {
    url,
    method: request.method,
    headers: headersOf(request),
    body,
    question: request.method === "POST" && body !== null ? questionOf(url, body) : null,
    signal: signal ?? null,
  };
}

function isMethod(method: string): method is HttpMethod {
  return METHODS.includes(method);
}

/** Bodies come back decoded, so what may be sent is the transport's to say. */
function headersOf({ headers }: Request): Record<string, string> {
  const kept = [...headers].filter(([name]) => !OWN_HEADERS.has(name) && name !== "accept-encoding");
  return Object.fromEntries(kept);
}

/** Any object of JSON, whatever its content type says: some clients do not say any. */
function questionOf(url: URL, body: Uint8Array): Question | null {
  const members = membersOf(body);
  if (members === null) return null;
  const { model = MODEL_IN_PATH.exec(url.pathname)?.[1] } = members;
  if (typeof model !== "string" || model === "") return null;
  return { model, ...readLoad((name) => members[name]), isStream: members.stream === true };
}

function membersOf(body: Uint8Array): Record<string, unknown> | null {
  if (body[0] !== OPENING_BRACE || !isUtf8(body)) return null;
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  } catch {
    return null;
  }
}
