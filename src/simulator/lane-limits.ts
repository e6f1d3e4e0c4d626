import { createFixedWindow } from "./fixed-window.ts";
import type { LaneLimit, LimitCounter } from "./limit-counter.ts";
import { createSlidingWindow } from "./sliding-window.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** How tokens are charged: as they are used, or the worst case at admission with the rest given back at the end. */
export const TOKEN_ACCOUNTINGS = ["actual", "reserve"] as const;
export type TokenAccounting = (typeof TOKEN_ACCOUNTINGS)[number];

/** One limit as it stands, for headers and error bodies. */
export interface LimitStanding extends LaneLimit {
  used: number;
  remaining: number;
  resetMs: number;
}

export interface LaneRefusal {
  standing: LimitStanding;
  /** Until this request would be admitted, as things stand. */
  waitMs: number;
}

/** The limits of one model. Checked in order; the first that has no room refuses, and then nothing is taken. */
export interface LaneLimits {
  /** Takes what the request costs and returns null, or says which limit refuses it. */
  admit(now: number, promptTokens: number, maxTokens: number): LaneRefusal | null;
  /** Corrects the token count when the answer is done. */
  settle(
    now: number,
    admittedAt: number,
    promptTokens: number,
    maxTokens: number,
    outputTokens: number,
  ): void;
  standings(now: number): LimitStanding[];
}

export function createLaneLimits(
  limits: readonly LaneLimit[],
  accounting: TokenAccounting,
  rejectsCount: boolean,
): LaneLimits {
  const counted = limits.map((limit) => ({ limit, counter: counterFor(limit) }));
  const enforced = counted.filter(({ limit }) => limit.enforced);
  const reserved = (maxTokens: number) => (accounting === "reserve" ? maxTokens : 0);

  return {
    admit(now, promptTokens, maxTokens) {
      const tokens = promptTokens + reserved(maxTokens);
      for (const { limit, counter } of enforced) {
        const waitMs = counter.waitFor(now, limit.dimension === "requests" ? 1 : tokens);
        if (waitMs === 0) continue;
        const standing = standingOf(limit, counter, now);
        if (rejectsCount && limit.dimension === "requests") counter.take(now, 1);
        return { standing, waitMs };
      }
      for (const { limit, counter } of counted)
        counter.take(now, limit.dimension === "requests" ? 1 : tokens);
      return null;
    },
    settle(now, admittedAt, promptTokens, maxTokens, outputTokens) {
      const tokens = promptTokens + reserved(maxTokens);
      const more = promptTokens + outputTokens - tokens;
      if (more === 0) return;
      for (const { limit, counter } of counted) {
        if (limit.dimension === "requests") continue;
        if (more > 0) counter.take(now, more);
        else counter.refund(now, admittedAt, -more);
      }
    },
    standings: (now) => counted.map(({ limit, counter }) => standingOf(limit, counter, now)),
  };
}

function counterFor(limit: LaneLimit): LimitCounter {
  if (limit.kind === "bucket") return createTokenBucket(limit.perWindow, limit.windowMs, limit.burstMs);
  if (limit.kind === "fixed") return createFixedWindow(limit.perWindow, limit.windowMs);
  return createSlidingWindow(limit.perWindow, limit.windowMs);
}

function standingOf(limit: LaneLimit, counter: LimitCounter, now: number): LimitStanding {
  const used = counter.used(now);
  return {
    ...limit,
    used: Math.round(used),
    remaining: Math.max(0, Math.floor(limit.perWindow - used)),
    resetMs: Math.max(0, counter.resetMs(now)),
  };
}
