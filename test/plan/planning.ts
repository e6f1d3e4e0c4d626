import type { PlanRow } from "../../src/model/plan.ts";
import type { Request } from "../../src/model/request.ts";
import { createPlanner, type PlannerOptions } from "../../src/plan/index.ts";

export type Options = Partial<PlannerOptions>;

/** Rows through a planner, for the tests of this room; input is JSON Lines unless the options say otherwise. */
export const lineOf = (text: string | Uint8Array, line = 1) => ({
  line,
  offset: 0,
  bytes: Buffer.from(text),
});
export const planner = (options: Options) => createPlanner({ kind: "jsonl", ...options });

/** The request of a row, with its body as text and as JSON; throws for a row that has none. */
export function asked(options: Options, row: string | object): Request & { text: string; json: unknown } {
  const text = typeof row === "string" ? row : JSON.stringify(row);
  const request = planner(options).request(Buffer.from(text), 1);
  if ("problem" in request) throw new Error(request.problem);
  const body = Buffer.from(request.body).toString();
  return { ...request, text: body, json: JSON.parse(body) };
}
export function planned(options: Options, row: string | object): PlanRow {
  return planner(options).plan(lineOf(typeof row === "string" ? row : JSON.stringify(row)));
}
export const problemOf = (options: Options, row: string | object) => planned(options, row).problem;

export const CHAT = { model: "m1", messages: [{ role: "user", content: "hi" }] };
