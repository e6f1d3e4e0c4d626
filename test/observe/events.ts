import type { Ending, Reply } from "../../src/model/ending.ts";
import type { RunEvent } from "../../src/model/events.ts";
import type { LaneSnapshot } from "../../src/model/limiter.ts";
import type { SettledRow } from "../../src/model/outcome.ts";
import type { Usage } from "../../src/model/usage.ts";

export const USAGE: Usage = {
  inputTokens: 60,
  cachedTokens: 10,
  outputTokens: 40,
  reasoningTokens: 5,
  totalTokens: 100,
};

const FACTS = { message: "as it was", body: null, requestId: null };

export function answered(reply: Partial<Reply> = {}): Ending {
  const whole = { model: "m", finishReason: "stop", empty: false, usage: USAGE, cost: null, ...reply };
  return { ...FACTS, kind: "answered", status: 200, code: "answered", body: new Uint8Array(0), reply: whole };
}

export const throttled: Ending = {
  ...FACTS,
  kind: "throttled",
  status: 429,
  code: "http-429",
  reason: "rate",
  retryAfterMs: null,
  named: null,
};
export const transient: Ending = { ...FACTS, kind: "transient", status: 500, code: "http-500" };
export const timeout: Ending = {
  ...FACTS,
  kind: "ambiguous",
  status: null,
  code: "timeout",
  ownTimeout: true,
};
export const unprocessed: Ending = { ...FACTS, kind: "unprocessed", status: null, code: "refused" };
export const rejected: Ending = {
  ...FACTS,
  kind: "rejected",
  status: 403,
  code: "http-403",
  unexplained: false,
  feePossible: true,
};

export function ended(
  ending: Ending,
  differences: Partial<Extract<RunEvent, { type: "ended" }>> = {},
): RunEvent {
  return {
    type: "ended",
    lane: "m",
    line: 1,
    customId: null,
    ending,
    latencyMs: 1000,
    firstTokenMs: null,
    willRetry: false,
    isHeld: false,
    atRisk: 0,
    ...differences,
  };
}

export function settled(differences: Partial<SettledRow> = {}): RunEvent {
  const row: SettledRow = {
    index: 0,
    line: 1,
    customId: null,
    status: "answered",
    httpStatus: 200,
    requestId: null,
    body: null,
    error: null,
    finishReason: "stop",
    usage: USAGE,
    cost: 1000,
    costSource: "provider",
    attempts: 1,
    offset: 0,
    length: 0,
    ...differences,
  };
  return { type: "settled", row };
}

export const SENT: RunEvent = { type: "sent", lane: "m" };

export function lane(differences: Partial<LaneSnapshot> = {}): LaneSnapshot {
  const limits: LaneSnapshot["limits"] = [
    {
      dimension: "requests",
      perWindow: 10,
      windowMs: 1000,
      source: "published",
      usedShare: 0.9,
      cumulativeShare: 0.9,
    },
    {
      dimension: "tokens",
      perWindow: 60_000,
      windowMs: 60_000,
      source: "flag",
      usedShare: 0.2,
      cumulativeShare: 0.2,
    },
  ];
  return { lane: "m", inFlight: 4, limits, binding: "rps", blockedForMs: 0, ...differences };
}
