import { ticksToUsd } from "./money.ts";
import type { OutcomeError, SettledRow } from "./outcome.ts";
import type { Usage } from "./usage.ts";

/** What every outcome holds, whatever its `status`. */
interface OutcomeFacts<Row> {
  /** 0-based place of the request among those given. */
  index: number;
  /** The `custom_id` that the row brought; null when it brought none. */
  customId: string | null;
  /** The first choice's text; null when there is none: not answered, or answered by a tool call alone. */
  text: string | null;
  /** The text of every choice (`n` > 1 gives several); "" for one without. */
  texts: readonly string[];
  /** The provider's body, parsed, also of an error; undefined when there was none. */
  body: unknown;
  /** Tokens; null when the provider told none. */
  usage: Usage | null;
  /** USD; null = unknown, never zero in its place. */
  cost: number | null;
  /** Attempts that count: all but those that were throttled or never reached the provider. */
  attempts: number;
  /** The last attempt's status; null when no response arrived. */
  httpStatus: number | null;
  /** The provider's `x-request-id`, for its support. */
  requestId: string | null;
  /** The first choice's: "stop", "length", "tool_calls" …; null when there is none. */
  finishReason: string | null;
  /** The caller's own row. */
  request: Row;
}

/** The provider answered. */
export interface AnsweredOutcome<Row = unknown> extends OutcomeFacts<Row> {
  status: "answered";
}

/** There is no answer, and `error` says why. What each status means stands at `OutcomeStatus`. */
export interface UnansweredOutcome<Row = unknown> extends OutcomeFacts<Row> {
  status: "rejected" | "failed" | "unknown" | "unsent";
  error: OutcomeError;
}

/** What the library hands back for each request: a union on `status`. */
export type Outcome<Row = unknown> = AnsweredOutcome<Row> | UnansweredOutcome<Row>;

const utf8 = new TextDecoder();

/** The text of every choice of a body, whichever endpoint it came from; empty when it holds none. */
export function textsOf(body: unknown): string[] {
  return choiceTexts(body).map((text) => text ?? "");
}

/** The same, with null for a choice without text. */
function choiceTexts(body: unknown): (string | null)[] {
  if (typeof body !== "object" || body === null) return [];
  if ("choices" in body && Array.isArray(body.choices)) return body.choices.map(textOfChoice);
  if ("output" in body && Array.isArray(body.output)) return [textOfResponse(body.output)];
  return [];
}

/** Turns a settled row into the caller's outcome. */
export function toOutcome<Row>(row: SettledRow, request: Row): Outcome<Row> {
  const body = row.body === null ? undefined : parseBody(row.body);
  const answers = row.status === "answered" ? choiceTexts(body) : [];
  const facts: OutcomeFacts<Row> = {
    index: row.index,
    customId: row.customId,
    text: answers[0] ?? null,
    texts: answers.map((text) => text ?? ""),
    body,
    usage: row.usage,
    cost: row.cost === null ? null : ticksToUsd(row.cost),
    attempts: row.attempts,
    httpStatus: row.httpStatus,
    requestId: row.requestId,
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

function textOfChoice(choice: unknown): string | null {
  if (typeof choice !== "object" || choice === null) return null;
  if ("message" in choice && typeof choice.message === "object" && choice.message !== null) {
    return "content" in choice.message ? textOfContent(choice.message.content) : null;
  }
  return "text" in choice && typeof choice.text === "string" ? choice.text : null;
}

/** Content is a string, or parts of which the text ones count. */
function textOfContent(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts = content.flatMap((part: unknown) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string"
      ? [part.text]
      : [],
  );
  return texts.length === 0 ? null : texts.join("");
}

/** The Responses API: one text, made of the text parts of its message items; reasoning has no `message` type. */
function textOfResponse(output: unknown[]): string | null {
  const texts = output.flatMap((item) => {
    if (typeof item !== "object" || item === null || !("content" in item)) return [];
    if ("type" in item && item.type !== "message") return [];
    return textOfContent(item.content) ?? [];
  });
  return texts.length === 0 ? null : texts.join("");
}
