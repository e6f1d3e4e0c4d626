import type { SettledRow } from "../../src/model/outcome.ts";

export function settledRow(index: number, over: Partial<SettledRow> = {}): SettledRow {
  return {
    index,
    line: index + 1,
    customId: null,
    status: "answered",
    httpStatus: 200,
    requestId: null,
    body: null,
    error: null,
    finishReason: "stop",
    usage: null,
    cost: null,
    costSource: null,
    attempts: 1,
    offset: index * 100,
    length: 99,
    ...over,
  };
}
