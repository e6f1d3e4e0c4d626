import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../model/json-object.ts";

/**
 * How the pieces of a field become one value. Null says nothing, once there is something.
 *
 * text  strings are joined
 * name  strings are joined, but one that is said again is said once
 * list  arrays are joined
 * last  the last one counts
 * once  all are the same; a field that is not is left out, since nobody knows how its pieces belong together
 */
export type Rule = "text" | "name" | "list" | "last" | "once";

/** An object that arrives in pieces. A map, because a hostile name such as `__proto__` is one like any other here. */
export class MergedFields {
  readonly #values = new Map<string, unknown>();
  readonly #unclear = new Set<string>();

  add(name: string, value: unknown, rule: Rule): void {
    const before = this.#values.get(name);
    if (before === undefined || before === null) this.#values.set(name, value);
    else if (value !== null) this.#values.set(name, this.#join(name, before, value, rule));
  }

  toObject(): JsonObject {
    return Object.fromEntries([...this.#values].filter(([name]) => !this.#unclear.has(name)));
  }

  #join(name: string, before: unknown, value: unknown, rule: Rule): unknown {
    if (rule === "last") return value;
    if (rule !== "list" && typeof before === "string" && typeof value === "string") {
      if (rule === "text") return before + value;
      if (rule === "name") return value === before ? before : before + value;
    }
    if (Array.isArray(before) && Array.isArray(value)) {
      before.push(...value);
      return before;
    }
    if (!isDeepStrictEqual(before, value)) this.#unclear.add(name);
    return before;
  }
}
