import type { SettledRow } from "../../src/model/outcome.ts";
import type { LinePieces } from "../../src/sink/line-format.ts";

/** A settled row for tests: answered with a small chat completion unless told otherwise. */
export function settledRow(index: number, differences: Partial<SettledRow> = {}): SettledRow {
  return {
    index,
    line: index + 1,
    customId: null,
    status: "answered",
    httpStatus: 200,
    requestId: `req-${index}`,
    body: chatBody(`answer ${index}`),
    error: null,
    finishReason: "stop",
    usage: { inputTokens: 7, cachedTokens: 0, outputTokens: 3, reasoningTokens: 0, totalTokens: 10 },
    cost: 12_300,
    costSource: "provider",
    attempts: 1,
    offset: 0,
    length: 0,
    ...differences,
  };
}

export function settledRows(count: number, from = 0): SettledRow[] {
  return Array.from({ length: count }, (_, place) => settledRow(from + place));
}

export function chatBody(content: string): Uint8Array {
  return bytes(JSON.stringify({ choices: [{ message: { role: "assistant", content } }] }));
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(line: LinePieces | null): string {
  if (line === null) throw new Error("expected a line, got none");
  const whole = Buffer.concat(line.map((piece) => Buffer.from(piece)));
  return new TextDecoder("utf-8", { fatal: true }).decode(whole);
}

export const NO_INPUT = new Uint8Array(0);
