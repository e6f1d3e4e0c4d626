import type {
  AccountEnding,
  Ambiguous,
  NamedLimit,
  Rejected,
  Throttled,
  ThrottleReason,
  Transient,
} from "../model/ending.ts";
import type { Evidence } from "./evidence.ts";
import { oneLine } from "./safe-text.ts";

export function transient(evidence: Evidence): Transient {
  return { kind: "transient", ...facts(evidence, null) };
}

/** The message is the provider's own sentence where none is given. */
export function ambiguous(evidence: Evidence, code: string, message = ""): Ambiguous {
  const told = facts(evidence, code);
  return { kind: "ambiguous", ...told, message: oneLine(message) || told.message, ownTimeout: false };
}

export function rejected(
  evidence: Evidence,
  over: { code?: string; unexplained?: boolean; feePossible?: boolean } = {},
): Rejected {
  return {
    kind: "rejected",
    ...facts(evidence, over.code ?? null),
    unexplained: over.unexplained ?? false,
    feePossible: over.feePossible ?? false,
  };
}

export function account(evidence: Evidence, reason: AccountEnding["reason"], code: string): AccountEnding {
  return { kind: "account", ...facts(evidence, code), reason };
}

export function throttled(
  evidence: Evidence,
  over: { reason: ThrottleReason; code: string; named: NamedLimit | null; retryAfterMs?: number | null },
): Throttled {
  return {
    kind: "throttled",
    ...facts(evidence, over.code),
    reason: over.reason,
    retryAfterMs: over.retryAfterMs ?? evidence.retryAfterMs,
    named: over.named,
  };
}

function facts(evidence: Evidence, code: string | null) {
  const { status } = evidence.head;
  return {
    status,
    code: code ?? `http-${status}`,
    message: oneLine(evidence.error.message) || `${evidence.title} answered HTTP ${status} without a word`,
    body: evidence.body.length === 0 ? null : evidence.body,
    requestId: evidence.requestId,
  };
}
