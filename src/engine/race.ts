import type { Ending } from "../model/ending.ts";
import type { RaceStanding } from "../model/events.ts";
import type { Attempt } from "./attempt.ts";
import type { Decision } from "./retry-policy.ts";

/**
 * Two attempts at one row, the second sent because the first took long. Together they count as one attempt:
 *
 *   both under way ──one is answered──► won: the other is given up, and whatever it brings is booked
 *         │ one ends in any other way
 *         ▼
 *   one under way ──► its end is the row's
 */
export class Race {
  readonly #original: Attempt;
  readonly #hedge: Attempt;
  /** The row has its answer. */
  isWon = false;
  /** How the first to end did so, while the other went on. */
  #failed: Ending | null = null;

  constructor(original: Attempt, hedge: Attempt) {
    this.#original = original;
    this.#hedge = hedge;
  }

  isHedge(attempt: Attempt): boolean {
    return attempt === this.#hedge;
  }

  /** The row's other attempt, while it is under way. */
  otherOf(attempt: Attempt): Attempt | null {
    const other = this.isHedge(attempt) ? this.#original : this.#hedge;
    return other.ended ? null : other;
  }

  /** What an end means for the row; null where it is the row's end like any other. `isAnswer`: it may settle the row. */
  decide(attempt: Attempt, ending: Ending, isAnswer: boolean): Decision | null {
    if (this.isWon) return { action: "book", isSecondAnswer: isAnswer };
    if (isAnswer) {
      this.isWon = true;
      return null;
    }
    if (this.otherOf(attempt) !== null) {
      this.#failed = ending;
      return { action: "book", isSecondAnswer: false };
    }
    return ending.kind === "rejected" ? null : this.#heldByTheFirst();
  }

  /** How the row stands, once it was decided about. */
  stands(decision: Decision): RaceStanding {
    if (decision.action !== "book") return this.isWon ? "won" : "over";
    return this.isWon ? "lost" : "open";
  }

  /** Our own timeout of one of them holds the row, however the other fails: it may still be billed. */
  #heldByTheFirst(): Decision | null {
    const first = this.#failed;
    if (first?.kind !== "ambiguous" || !first.ownTimeout) return null;
    return { action: "settle", status: "unknown", held: true, by: first };
  }
}
