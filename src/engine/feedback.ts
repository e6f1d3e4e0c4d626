import type { Ending } from "../model/ending.ts";
import type { Feedback } from "../model/limiter.ts";
import type { Overdue } from "./attempt.ts";

/** Our own limits of time, which say that the provider is slow; other words say other things. */
const OVERDUE_CODES: ReadonlySet<string> = new Set<Overdue["code"]>(["timeout", "silence"]);

/** What the limiter learns from an ending. */
export function feedbackOf(ending: Ending, latencyMs: number): Feedback {
  const usage = ending.kind === "answered" ? ending.reply.usage : null;
  const throttled = ending.kind === "throttled" ? ending : null;
  return {
    kind: feedbackKind(ending),
    latencyMs,
    inputTokens: usage?.inputTokens ?? null,
    outputTokens: usage?.outputTokens ?? null,
    retryAfterMs: throttled?.retryAfterMs ?? null,
    reason: throttled?.reason ?? null,
    named: throttled?.named ?? null,
  };
}

function feedbackKind(ending: Ending): Feedback["kind"] {
  if (ending.kind === "answered") return "answered";
  if (ending.kind === "unprocessed") return "not-sent";
  if (OVERDUE_CODES.has(ending.code)) return "timed-out";
  if (ending.kind !== "throttled") return "failed";
  return ending.reason === "overloaded" ? "overloaded" : "throttled";
}
