import type { OutcomeError, SettledRow } from "./outcome.ts";
import type { Usage } from "./usage.ts";

/** What the library hands back for each request: a union on `status`, with `text` on every variant. */
interface OutcomeFacts<Row> {
  /** 0-based place of the request among those given. */
  index: number;
  customId: string | null;
  /** The first choice's text; null when there is none. */
  text: string | null;
  /** The text of every choice (`n` > 1 gives several). */
  texts: readonly string[];
  /** The provider's body, parsed; undefined when there was none. */
  body: unknown;
  usage: Usage | null;
  /** USD; null = unknown, never zero in its place. */
  cost: number | null;
  attempts: number;
  httpStatus: number | null;
  finishReason: string | null;
  /** The caller's own row. */
  request: Row;
}

export interface AnsweredOutcome<Row = unknown> extends OutcomeFacts<Row> {
  status: "answered";
}
export interface UnansweredOutcome<Row = unknown> extends OutcomeFacts<Row> {
  status: "rejected" | "failed" | "unknown" | "unsent";
  error: OutcomeError;
}
export type Outcome<Row = unknown> = AnsweredOutcome<Row> | UnansweredOutcome<Row>;

const utf8 = new TextDecoder();

/** The text of every choice of a body, whichever endpoint it came from; empty when it holds none. */
export function textsOf(body: unknown): string[] {
  if (typeof body !== "object" || body === null) return [];
  if ("choices" in body && Array.isArray(body.choices)) return body.choices.map(textOfChoice);
  if ("output" in body && Array.isArray(body.output)) return textsOfResponse(body.output);
  return [];
}

/** Turns a settled row into the caller's outcome. */
export function toOutcome<Row>(row: SettledRow, request: Row): Outcome<Row> {
  const body = row.body === null ? undefined : parseBody(row.body);
  const texts = row.status === "answered" ? textsOf(body) : [];
  const facts: OutcomeFacts<Row> = {
    index: row.index,
    customId: row.customId,
    text: texts[0] ?? null,
    texts,
    body,
    usage: row.usage,
    cost: row.cost === null ? null : row.cost / 1e10,
    attempts: row.attempts,
    httpStatus: row.httpStatus,
    finishReason: row.finishReason,
    request,
  };
  if (row.status === "answered") return { status: "answered", ...facts };
  return {
    status: row.status === "blank" ? "unsent" : row.status,
    ...facts,
    error: row.error ?? { code: "unanswered", message: "no answer was received" },
  };
}

/** JSON when it parses, else the text itself. */
export function parseBody(bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function textOfChoice(choice: unknown): string {
  if (typeof choice !== "object" || choice === null) return "";
  if ("message" in choice && typeof choice.message === "object" && choice.message !== null) {
    return "content" in choice.message ? textOfContent(choice.message.content) : "";
  }
  return "text" in choice && typeof choice.text === "string" ? choice.text : "";
}

/** Content is a string, or parts of which the text ones count. */
function textOfContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) =>
      typeof part === "object" && part !== null && "text" in part && typeof part.text === "string"
        ? part.text
        : "",
    )
    .join("");
}

/** The Responses API: one text, made of the output_text parts of its message items. */
function textsOfResponse(output: unknown[]): string[] {
  const text = output
    .map((item) =>
      typeof item === "object" && item !== null && "content" in item ? textOfContent(item.content) : "",
    )
    .join("");
  return [text];
}
