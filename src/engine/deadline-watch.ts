import type { Attempt } from "./attempt.ts";

type Timed = Pick<Attempt, "startedAt" | "overdue">;

/**
 * Finds the attempts that take too long. All have the same timeout, so the oldest is due first: no timer and no queue,
 * and nothing is held of an attempt that ended.
 */
export class DeadlineWatch {
  readonly #timeoutMs: number;
  #nextLook = Number.POSITIVE_INFINITY;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** An attempt starts. */
  started(now: number): void {
    this.#nextLook = Math.min(this.#nextLook, now + this.#timeoutMs);
  }

  /** When to look next, at the latest when the next deadline runs out; Infinity when there is nothing to look at. */
  next(): number {
    return this.#nextLook;
  }

  /** Those whose time is up and that were not given up yet. */
  look<Item extends Timed>(oldestFirst: Iterable<Item>, now: number): Item[] {
    if (now < this.#nextLook) return [];
    this.#nextLook = Number.POSITIVE_INFINITY;
    const late: Item[] = [];
    for (const attempt of oldestFirst) {
      if (attempt.overdue !== null) continue;
      const deadline = attempt.startedAt + this.#timeoutMs;
      if (deadline > now) {
        this.#nextLook = deadline;
        break;
      }
      late.push(attempt);
    }
    return late;
  }
}
