import { isObject, type JsonObject } from "../model/json-object.ts";
import type { Usage } from "../model/usage.ts";
import { readUsage } from "./usage.ts";

/** A line that is longer holds no count, but an image or a file. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Reads the usage out of a stream of server-sent events that passes by. Chat completions tell it in the last chunk or
 * in every one, Responses in the event that ends the answer, Messages the prompt's at the start and the output's at
 * the end: what is told later replaces what was told before, count by count.
 */
export class StreamUsage {
  readonly #decoder = new TextDecoder();
  #line = "";
  #told: JsonObject = {};

  take(chunk: Uint8Array): void {
    const [first = "", ...others] = this.#decoder.decode(chunk, { stream: true }).split("\n");
    const last = others.pop();
    this.#line = this.#line.length > LONGEST_LINE ? "" : this.#line + first;
    if (last === undefined) return;
    for (const line of [this.#line, ...others]) this.#read(line);
    this.#line = last;
  }

  /** Null where none was told. */
  usage(): Usage | null {
    this.#read(this.#line);
    this.#line = "";
    return readUsage(this.#told);
  }

  #read(line: string): void {
    if (!line.startsWith("data:") || !line.includes('"usage"')) return;
    const usage = usageIn(line.slice("data:".length));
    if (usage === null) return;
    const counts = Object.entries(usage).filter(([, count]) => count !== null);
    this.#told = { ...this.#told, ...Object.fromEntries(counts) };
  }
}

function usageIn(data: string): JsonObject | null {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isObject(event)) return null;
  const holder = [event, event.response, event.message].find(
    (value) => isObject(value) && isObject(value.usage),
  );
  return isObject(holder) && isObject(holder.usage) ? holder.usage : null;
}
