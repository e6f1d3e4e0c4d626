import { isObject, type JsonObject } from "../model/json-object.ts";
import { ChatChoice } from "./chat-choice.ts";
import { MergedFields } from "./merged-fields.ts";

/** The data of the event that ends a chat stream. */
const DONE = "[DONE]";

/** Where a stream stands: `failed` by an error in an event, `unreadable` by an event that is no chunk. */
export type StreamState = "open" | "done" | "failed" | "unreadable";

/** Puts the chunks of a streamed chat completion together into the body that would have been sent at once. */
export class ChatAssembly {
  readonly #fields = new MergedFields();
  readonly #choices = new Map<number, ChatChoice>();
  #hasUsage = false;
  state: StreamState = "open";

  /** The model has begun to write, if only its reasoning. */
  get hasBegun(): boolean {
    return [...this.#choices.values()].some(({ hasBegun }) => hasBegun);
  }

  /** Everything is there that an answer has, though nobody said that it is the end. */
  get isWhole(): boolean {
    return this.#hasUsage && !this.isEmpty && [...this.#choices.values()].every((one) => one.isFinished);
  }

  get isEmpty(): boolean {
    return this.#choices.size === 0;
  }

  /** The data of one event. */
  take(data: string): void {
    if (this.state !== "open" || data === "") return;
    if (data === DONE) {
      this.state = "done";
      return;
    }
    const chunk = parsed(data);
    if (chunk === null) this.state = "unreadable";
    else this.#add(chunk);
  }

  /** The body, marked as one that no server sent in this form. */
  body(isComplete: boolean): Uint8Array {
    const choices = [...this.#choices]
      .sort(([a], [b]) => a - b)
      .map(([index, choice]) => choice.toObject(index));
    const mark = { assembled_from_stream: true, ...(isComplete ? {} : { complete: false }) };
    const body = { ...this.#fields.toObject(), object: "chat.completion", choices, sluice: mark };
    return new TextEncoder().encode(JSON.stringify(body));
  }

  #add({ choices, ...fields }: JsonObject): void {
    for (const [name, value] of Object.entries(fields)) this.#fields.add(name, value, "last");
    this.#hasUsage ||= isObject(fields.usage);
    if (Array.isArray(choices)) {
      for (const choice of choices) if (isObject(choice)) this.#choiceOf(choice).add(withoutIndex(choice));
    }
    if (isError(fields.error)) this.state = "failed";
  }

  #choiceOf({ index }: JsonObject): ChatChoice {
    const place = typeof index === "number" ? index : 0;
    const choice = this.#choices.get(place) ?? new ChatChoice();
    this.#choices.set(place, choice);
    return choice;
  }
}

function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function withoutIndex({ index: _, ...choice }: JsonObject): JsonObject {
  return choice;
}

/** As in a whole answer: null, "", {} and false say that there is none. */
function isError(error: unknown): boolean {
  return isObject(error) ? Object.keys(error).length > 0 : Boolean(error);
}
