import type { JsonObject } from "../model/json-object.ts";
import { membersOf } from "./json-members.ts";
import type { PathFacts } from "./path-facts.ts";
import { isObject } from "./read-row.ts";
import { type Changes, NO_MODEL, readLoad, type Shaping } from "./shaping.ts";
import { editFirstElement, editObject, prependElement } from "./splice.ts";

/** A body as the row gave it, and what is to be laid over it. */
export interface GivenBody {
  facts: PathFacts;
  body: Uint8Array;
  /** The same, parsed. */
  value: JsonObject;
  model: string | undefined;
  system: string | null;
  /** Members that name the row and are no part of the request. */
  identityMembers: readonly string[];
  nulls: boolean;
}

/** Members that would take the answer out of the exchange; `false` says that they do not. */
const DEFERRING = ["deferred", "background"];
const STREAMING = ["stream", "stream_options"];
const SYSTEM_ROLES: ReadonlySet<unknown> = new Set(["system", "developer"]);

/** Lays the options over a given body. What no option is about is sent byte for byte. */
export function shapeGivenBody(given: GivenBody): Shaping {
  const { value } = given;
  const { path, parameters } = given.facts;
  const deferring = DEFERRING.find((name) => own(value, name) !== undefined && !isOff(value[name]));
  if (deferring !== undefined) {
    return {
      kind: "problem",
      problem: `"${deferring}" cannot be sent: Sluice takes the answer from the same exchange; remove the member`,
      wholeInput: false,
    };
  }
  const named = own(value, "model");
  const model = given.model ?? named;
  if (typeof model !== "string" || model === "") return NO_MODEL;

  const set = new Map<string, string | Uint8Array>();
  const remove = new Set<string>();
  for (const name of STREAMING) if (Object.hasOwn(value, name)) remove.add(name);
  for (const name of given.identityMembers) if (Object.hasOwn(value, name)) remove.add(name);
  const replaced: string[] = [];
  if (named !== model) set.set("model", JSON.stringify(model));
  for (const [name, json] of parameters.members) {
    if (Object.hasOwn(value, name) && JSON.stringify(value[name]) === json) continue;
    if (Object.hasOwn(value, name)) replaced.push(name);
    set.set(name, json);
  }
  for (const name of parameters.displaced) {
    if (!Object.hasOwn(value, name)) continue;
    remove.add(name);
    replaced.push(name);
  }
  const system = given.system === null ? null : laySystem(given, given.system);
  if (system?.edit) set.set(system.edit.name, system.edit.value);

  const changes: Changes = {
    model: named !== model && named !== undefined && named !== null ? nameOf(named) : null,
    system: system?.replaced ?? false,
    params: replaced,
    stream: Object.hasOwn(value, "stream"),
    nulls: given.nulls,
  };
  const load = readLoad((name) => {
    const json = parameters.members.get(name);
    if (json !== undefined) return JSON.parse(json);
    return remove.has(name) ? undefined : own(value, name);
  });
  const body = editObject(given.body, { set, remove });
  const { maxTokens, samples } = load;
  return { kind: "request", request: { path, model, body, maxTokens, samples }, changes };
}

interface SystemEdit {
  replaced: boolean;
  edit: { name: string; value: string | Uint8Array } | null;
}

/** The system prompt takes the place of the row's own; endpoints without one are left as they are. */
function laySystem(given: GivenBody, text: string): SystemEdit {
  const { facts, value } = given;
  const { dialect } = facts;
  const json = JSON.stringify(text);
  if (dialect.system === null) return { replaced: false, edit: null };
  if (dialect.system !== "message") {
    const before = own(value, dialect.system);
    if (before === text) return { replaced: false, edit: null };
    return {
      replaced: before !== undefined && before !== null,
      edit: { name: dialect.system, value: json },
    };
  }
  const messages = value.messages;
  const member = membersOf(given.body, 0).findLast((each) => each.name === "messages");
  if (member === undefined || !Array.isArray(messages)) return { replaced: false, edit: null };
  const bytes = given.body.subarray(member.valueStart, member.valueEnd);
  const first: unknown = messages[0];
  if (isObject(first) && SYSTEM_ROLES.has(own(first, "role"))) {
    if (own(first, "content") === text) return { replaced: false, edit: null };
    const edited = editFirstElement(bytes, { set: new Map([["content", json]]), remove: new Set() });
    return { replaced: true, edit: { name: "messages", value: edited } };
  }
  const message = `{"role":"system","content":${json}}`;
  return { replaced: false, edit: { name: "messages", value: prependElement(bytes, message) } };
}

function own(value: JsonObject, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isOff(value: unknown): boolean {
  return value === false || value === null;
}

function nameOf(model: unknown): string {
  return typeof model === "string" ? model : (JSON.stringify(model) ?? "");
}
