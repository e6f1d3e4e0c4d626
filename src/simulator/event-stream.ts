import { CHARACTERS_PER_TOKEN, cutBefore } from "./answer.ts";
import type { Ask } from "./ask.ts";
import type { Dialect } from "./dialect.ts";
import type { Reply } from "./reply.ts";

/** The end of an event stream. */
export const STREAM_END = "data: [DONE]\n\n";

/**
 * The events of a streamed chat answer, in order, without the closing [DONE]: a role, one piece of text per token,
 * a finish reason, for each choice, then the usage where it was asked for.
 */
export function eventsOf(ask: Ask, reply: Reply, dialect: Dialect): string[] {
  const head =
    `data: {"id":"${reply.id}","object":"chat.completion.chunk","created":${reply.created}` +
    `,"model":${JSON.stringify(reply.model)},"system_fingerprint":"fp_simulator"`;
  const usage = ask.includeUsage ? `,"usage":null` : "";
  const event = (index: number, delta: string, finish: string) =>
    `${head},"choices":[{"index":${index},"delta":${delta},"finish_reason":${finish}}]${usage}}\n\n`;
  const events: string[] = [];
  for (const [index, choice] of reply.choices.entries()) {
    events.push(event(index, `{"role":"assistant","content":""}`, "null"));
    for (let rest = choice.text; rest !== ""; ) {
      const piece = cutBefore(rest, CHARACTERS_PER_TOKEN);
      rest = rest.slice(piece.length);
      events.push(event(index, `{"content":${JSON.stringify(piece)}}`, "null"));
    }
    events.push(event(index, "{}", `"${choice.finishReason}"`));
  }
  if (ask.includeUsage) events.push(`${head},"choices":[],"usage":${dialect.chatUsage(reply.usage)}}\n\n`);
  return events;
}
