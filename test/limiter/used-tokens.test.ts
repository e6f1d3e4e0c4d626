import { describe, expect, it } from "vitest";
import { usedTokens } from "../../src/limiter/used-tokens.ts";
import type { Feedback } from "../../src/model/limiter.ts";
import { ANSWERED } from "./drive.ts";

const PERMIT = { sequence: 0, sentAt: 0, estimatedTokens: 400, bodyBytes: 400 };

function used(feedback: Partial<Feedback>, promptTokens = 100): number {
  return usedTokens(PERMIT, promptTokens, { ...ANSWERED, ...feedback });
}

describe("the tokens that an ended request took", () => {
  it("are those that the answer reports, and the estimate for what it does not", () => {
    expect(used({ inputTokens: 90, outputTokens: 50 })).toBe(140);
    expect(used({ inputTokens: 90 })).toBe(390);
    expect(used({ outputTokens: 50 })).toBe(150);
    expect(used({})).toBe(400);
  });

  it("are those of its prompt where it failed, and never more than were charged", () => {
    expect(used({ kind: "failed" })).toBe(100);
    expect(used({ kind: "timed-out" })).toBe(100);
    expect(used({ kind: "failed" }, 1000)).toBe(400);
  });

  it("are none where it was turned away", () => {
    expect(used({ kind: "throttled" })).toBe(0);
    expect(used({ kind: "not-sent" })).toBe(0);
  });
});
