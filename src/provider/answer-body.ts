import { isUtf8 } from "node:buffer";
import { isObject, type JsonObject } from "../model/json-object.ts";
import { parseJson, textOf } from "./json-values.ts";

/** What a complete 2xx body turned out to be. `code` is the ending's word for it. */
export type AnswerBody =
  | { is: "answer"; body: JsonObject }
  | { is: "error"; body: JsonObject }
  | { is: "unreadable"; code: string; message: string };

/** Reads a 2xx body. Only a JSON object that holds no error is an answer, whatever the status says. */
export function readAnswerBody(bytes: Uint8Array): AnswerBody {
  if (bytes.length === 0) return unreadable("not-json", "the answer's body is empty");
  if (!isUtf8(bytes)) return unreadable("not-json", "the answer is not UTF-8 text");
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    const what = /^\s*</.test(text) ? "an HTML page" : "not JSON";
    return unreadable("not-json", `the answer is ${what}`);
  }
  if (!isObject(value)) return unreadable("not-json", "the answer is JSON, but no object");
  return holdsError(value) ? { is: "error", body: value } : { is: "answer", body: value };
}

/** The first choice's reason to stop, in the words of chat completions; null when the dialect has none. */
export function finishReasonOf(body: JsonObject): string | null {
  const choice = firstChoice(body);
  if (choice !== null) return textOf(choice.finish_reason);
  if (!Array.isArray(body.output)) return null;
  const details = isObject(body.incomplete_details) ? textOf(body.incomplete_details.reason) : null;
  if (details !== null) return details === "max_output_tokens" ? "length" : details;
  return body.status === "completed" ? "stop" : textOf(body.status);
}

/**
 * True for an answer in which nobody finds anything: no text, no call of a tool, no refusal in words. Of an answer that
 * is no text at all, such as an embedding, it is not asked.
 */
export function isEmpty(body: JsonObject, path: string): boolean {
  if (Array.isArray(body.choices)) return !body.choices.some(holdsSomething);
  if (Array.isArray(body.output)) return !body.output.some(isSomething);
  return path.includes("/chat/completions");
}

/** The same for an answer that was stored, whose path nobody knows any more: its choices tell. */
export function isEmptyAnswer(bytes: Uint8Array): boolean {
  const answer = readAnswerBody(bytes);
  return answer.is === "answer" && isEmpty(answer.body, "");
}

/** A choice: of chat completions with a message, of completions with a text. */
function holdsSomething(choice: unknown): boolean {
  if (!isObject(choice)) return false;
  if (!isObject(choice.message)) return holdsText(choice.text);
  const { content, refusal, tool_calls, function_call, audio } = choice.message;
  return (
    holdsText(content) ||
    textOf(refusal) !== null ||
    (Array.isArray(tool_calls) && tool_calls.length > 0) ||
    isObject(function_call) ||
    isObject(audio)
  );
}

/** An item of the Responses API: a call of a tool, an image and the like are something by themselves. */
function isSomething(item: unknown): boolean {
  if (!isObject(item) || item.type === "reasoning") return false;
  return item.type === undefined || item.type === "message" ? holdsText(item.content) : true;
}

/** Parts of a content that are nothing but text, in chat and in the Responses API. */
const TEXT_PARTS: ReadonlySet<unknown> = new Set(["text", "output_text"]);

function holdsText(content: unknown): boolean {
  if (typeof content === "string") return content.trim() !== "";
  if (!Array.isArray(content)) return false;
  return content.some((part) => isObject(part) && (!TEXT_PARTS.has(part.type) || holdsText(part.text)));
}

/**
 * `{"error":…}` under a 200, a generation that broke off (OpenRouter puts the error into the choice, the
 * Responses API says "failed"), or the bare `{"message"}` or `{"detail"}` of a proxy.
 */
function holdsError(body: JsonObject): boolean {
  if (isError(body.error) || body.status === "failed") return true;
  const choice = firstChoice(body);
  if (choice !== null) return choice.finish_reason === "error" || isError(choice.error);
  const hasAnswer = "choices" in body || "output" in body || "data" in body;
  return !hasAnswer && (textOf(body.message) !== null || body.detail !== undefined);
}

/** Null, "", {} and false are how some say that there is none. */
function isError(error: unknown): boolean {
  if (isObject(error)) return Object.keys(error).length > 0;
  return error !== undefined && error !== null && error !== "" && error !== false;
}

function firstChoice(body: JsonObject): JsonObject | null {
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  return isObject(choice) ? choice : null;
}

function unreadable(code: string, message: string): AnswerBody {
  return { is: "unreadable", code, message };
}
