import type { PlanRow } from "../../src/model/plan.ts";
import type { Request } from "../../src/model/request.ts";

export interface PlannedRow {
  lane?: string;
  kind?: PlanRow["kind"];
  /** Rows of the same name are the same request; by default each is another. */
  name?: string;
  bodyBytes?: number;
}

export function rowsOf(rows: number | readonly PlannedRow[]): readonly PlannedRow[] {
  return typeof rows === "number" ? Array.from({ length: rows }, () => ({})) : rows;
}

export function planRow({ lane = "grok-4.3", kind = "request", name }: PlannedRow, index: number): PlanRow {
  const key = new TextEncoder().encode((name ?? `row ${index}`).padEnd(16));
  return {
    line: index + 1,
    offset: index * 100,
    length: 99,
    key,
    keyGiven: false,
    requestHash: key,
    sourceHash: key,
    customId: null,
    lane,
    kind,
    problem: kind === "invalid" ? "the line is bad" : null,
  };
}

export function requestOf(index: number, { lane = "grok-4.3", bodyBytes = 0 }: PlannedRow): Request {
  const asked = { row: index, pad: "x".repeat(bodyBytes), max_completion_tokens: 100 };
  const body = new TextEncoder().encode(JSON.stringify(asked));
  return { path: "/chat/completions", model: lane, body, maxTokens: 100, samples: 1 };
}
