import { isObject, type JsonObject } from "../model/json-object.ts";
import { parseJson, textOf } from "./json-values.ts";

/** An error larger than this is read as text only, and its beginning at that. Bytes. */
const LONGEST_PARSED = 64 * 1024;
const LONGEST_TEXT = 4096;

/** What a body that is no answer says, whatever its dialect. */
export interface ErrorBody {
  /** The provider's sentence; empty when there is none. */
  message: string;
  /** Its names for the error (`code`, `type`, `status`), in lower case. */
  codes: readonly string[];
  /** Sentence and details, for what can only be told from the words. */
  words: string;
  /** False for HTML, plain text and nothing at all. */
  isJson: boolean;
}

/**
 * Reads `{"error":{"message","type","code"}}` (OpenAI), `{"code","error":"text"}` (xAI), `{"message"}`,
 * `{"detail"}` (FastAPI), `[{"error":…}]` (Gemini), `{"errors":[…]}` (Cloudflare), `"text"`, plain text and HTML.
 */
export function readErrorBody(body: Uint8Array | null): ErrorBody {
  if (body === null || body.length === 0) return { message: "", codes: [], words: "", isJson: false };
  const text = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (body.length <= LONGEST_PARSED) {
    try {
      return readErrorValue(parseJson(text.toString()));
    } catch {
      // Not JSON: told below by its text.
    }
  }
  const words = plainText(text.toString("utf8", 0, LONGEST_TEXT));
  return { message: words, codes: [], words, isJson: false };
}

/** The same for a value that is parsed already. */
export function readErrorValue(value: unknown): ErrorBody {
  const outer = Array.isArray(value) ? value[0] : value;
  if (!isObject(outer)) return fromParts(textOf(outer) ?? "", [], "");
  const first: unknown = Array.isArray(outer.errors) ? outer.errors[0] : undefined;
  const inner = [outer.error, first, outer.detail].find(isObject) ?? outer;
  const message =
    textOf(inner.message) ??
    textOf(outer.error) ??
    textOf(outer.message) ??
    textOf(first) ??
    detailOf(isObject(inner.message) ? inner.message.detail : (inner.detail ?? outer.detail));
  const names = [inner.code, inner.type, inner.status, outer.code, outer.type];
  return fromParts(message ?? "", names, detailsOf(inner));
}

function fromParts(message: string, names: readonly unknown[], details: string): ErrorBody {
  const short = message.slice(0, LONGEST_TEXT);
  const codes = names.filter((name) => typeof name === "string").map((name) => name.toLowerCase());
  return { message: short, codes, words: details === "" ? short : `${short} ${details}`, isJson: true };
}

/** FastAPI, and Mistral in place of a message: a text, or a list of what is wrong where. */
function detailOf(detail: unknown): string | null {
  if (!Array.isArray(detail)) return textOf(detail);
  const sentences = detail.slice(0, 5).map((item) => {
    if (!isObject(item)) return textOf(item) ?? "";
    const place = Array.isArray(item.loc) ? item.loc.filter(isShort).join(".") : "";
    return `${place === "" ? "" : `${place}: `}${textOf(item.msg) ?? ""}`;
  });
  return sentences.join("; ");
}

function isShort(part: unknown): boolean {
  return typeof part === "string" || typeof part === "number";
}

/** Gemini's RetryInfo and QuotaFailure, OpenRouter's metadata; what is nested too deep to be written down is left out. */
function detailsOf(error: JsonObject): string {
  const details = error.details ?? error.metadata;
  if (details === undefined) return "";
  try {
    return JSON.stringify(details).slice(0, LONGEST_TEXT);
  } catch {
    return "";
  }
}

function plainText(text: string): string {
  if (!/^\s*</.test(text)) return text.trim();
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim();
  return title || text.replace(/<[^>]*>/g, " ").trim();
}
