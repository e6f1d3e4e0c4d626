import { isObject, type JsonObject } from "../model/json-object.ts";
import { MergedFields, type Rule } from "./merged-fields.ts";

/** Fields of a delta whose pieces are joined: OpenAI's, xAI's `reasoning_content`, OpenRouter's and Groq's `reasoning`. */
const TEXTS: ReadonlySet<string> = new Set(["content", "reasoning_content", "reasoning", "refusal"]);

/** One choice of a chat answer, put together from the deltas of a stream. */
export class ChatChoice {
  readonly #fields = new MergedFields();
  readonly #message = new MergedFields();
  readonly #toolCalls = new CallList();
  readonly #functionCall = new FunctionCall();
  readonly #logprobs = new MergedFields();
  #hasLogprobs = false;
  isFinished = false;
  /** The first piece of anything that the model wrote is here. */
  hasBegun = false;

  add({ delta, message, ...fields }: JsonObject): void {
    // Some servers send a whole answer as the one event of a stream.
    const piece = delta ?? message;
    if (isObject(piece)) this.#addDelta(piece);
    for (const [name, value] of Object.entries(fields)) {
      if (name === "logprobs" && isObject(value)) this.#addLogprobs(value);
      else this.#fields.add(name, value, name === "finish_reason" ? "last" : "once");
    }
    this.isFinished ||= typeof fields.finish_reason === "string";
  }

  toObject(index: number): JsonObject {
    const message: Record<string, unknown> = {
      role: "assistant",
      content: null,
      ...this.#message.toObject(),
    };
    if (this.#toolCalls.size > 0) message.tool_calls = this.#toolCalls.toArray();
    if (this.#functionCall.isThere) message.function_call = this.#functionCall.toObject();
    return {
      finish_reason: null,
      ...this.#fields.toObject(),
      index,
      message,
      ...(this.#hasLogprobs ? { logprobs: this.#logprobs.toObject() } : {}),
    };
  }

  #addDelta(delta: JsonObject): void {
    for (const [name, value] of Object.entries(delta)) {
      if (name === "tool_calls") this.#toolCalls.add(value);
      else if (name === "function_call" && isObject(value)) this.#functionCall.add(value);
      else this.#message.add(name, value, ruleOf(name, value));
      this.hasBegun ||= name !== "role" && value !== null && value !== "";
    }
  }

  #addLogprobs(logprobs: JsonObject): void {
    this.#hasLogprobs = true;
    for (const [name, value] of Object.entries(logprobs)) this.#logprobs.add(name, value, "list");
  }
}

function ruleOf(name: string, value: unknown): Rule {
  if (TEXTS.has(name)) return "text";
  if (name === "role") return "last";
  return Array.isArray(value) ? "list" : "once";
}

/** Calls by their index; servers that send none tell a new call by its id. */
class CallList {
  readonly #calls = new Map<number, { fields: MergedFields; function: FunctionCall }>();
  #last = 0;

  get size(): number {
    return this.#calls.size;
  }

  add(pieces: unknown): void {
    if (!Array.isArray(pieces)) return;
    for (const piece of pieces) if (isObject(piece)) this.#addPiece(piece);
  }

  toArray(): JsonObject[] {
    return [...this.#calls]
      .sort(([a], [b]) => a - b)
      .map(([, call]) => ({
        ...call.fields.toObject(),
        ...(call.function.isThere ? { function: call.function.toObject() } : {}),
      }));
  }

  #addPiece({ index, function: called, ...fields }: JsonObject): void {
    const isNew = typeof fields.id === "string" && fields.id !== "" && this.size > 0;
    this.#last = typeof index === "number" ? index : isNew ? this.size : this.#last;
    const call = this.#calls.get(this.#last) ?? { fields: new MergedFields(), function: new FunctionCall() };
    this.#calls.set(this.#last, call);
    if (isObject(called)) call.function.add(called);
    for (const [name, value] of Object.entries(fields)) {
      if (value !== "") call.fields.add(name, value, "last");
    }
  }
}

class FunctionCall {
  readonly #fields = new MergedFields();
  isThere = false;

  add(piece: JsonObject): void {
    this.isThere = true;
    for (const [name, value] of Object.entries(piece)) {
      this.#fields.add(name, value, name === "arguments" ? "text" : name === "name" ? "name" : "once");
    }
  }

  toObject(): JsonObject {
    return this.#fields.toObject();
  }
}
