import { describe, expect, it } from "vitest";
import type { Attempt } from "../../src/engine/attempt.ts";
import { givenUpEnding, overdueEnding } from "../../src/engine/own-ending.ts";
import { Race } from "../../src/engine/race.ts";
import type { Ending } from "../../src/model/ending.ts";

const FACTS = { code: "c", message: "m", status: 500, body: null, requestId: null };
const failed: Ending = { ...FACTS, kind: "transient" };
const rejected: Ending = { ...FACTS, kind: "rejected", unexplained: false, feePossible: false };
const timeout = overdueEnding(
  { kind: "aborted", written: true, head: null },
  { code: "timeout", limitMs: 1000 },
);
const BOOKED = { action: "book", isSecondAnswer: false };

/** A race, and what the end of each of its attempts means for the row. */
function race() {
  const [first, second] = [{ ended: false } as Attempt, { ended: false } as Attempt];
  const running = new Race(first, second);
  const end = (attempt: Attempt, ending: Ending, isAnswer = false) => {
    attempt.ended = true;
    return running.decide(attempt, ending, isAnswer);
  };
  return { running, first, second, end };
}

describe("of two attempts at a row", () => {
  it("the first answer is the row's, and what the other brings is booked", () => {
    const { running, first, second, end } = race();
    expect(end(second, failed, true)).toBeNull();
    expect(running.isWon).toBe(true);
    expect(running.otherOf(second)).toBe(first);
    expect(end(first, failed, true)).toEqual({ action: "book", isSecondAnswer: true });
    expect(running.otherOf(second)).toBeNull();
  });

  it("the one that ends without an answer leaves the row to the other", () => {
    for (const ending of [failed, rejected, timeout]) {
      const { first, end } = race();
      expect(end(first, ending)).toEqual(BOOKED);
    }
  });

  it("the last one is judged like any attempt", () => {
    const { first, second, end } = race();
    end(first, failed);
    expect(end(second, failed)).toBeNull();
  });

  it.each([timeout, givenUpEnding()])(
    "one that may still be billed holds the row, unless the other says more",
    (held) => {
      for (const ending of [failed, timeout]) {
        const { first, second, end } = race();
        end(first, held);
        expect(end(second, ending)).toEqual({ action: "settle", status: "unknown", held: true, by: held });
      }
      const { first, second, end } = race();
      end(first, held);
      expect(end(second, rejected)).toBeNull();
    },
  );
});
