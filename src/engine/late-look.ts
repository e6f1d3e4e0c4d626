import { hasStalled } from "../model/clock.ts";

/** So long is what came meanwhile read, before anything is judged by how long it took. */
const TO_READ_MS = 5000;

/**
 * When attempts may be judged by the clock. A process that was stopped, or a machine that slept, wakes up behind its
 * deadlines, with answers in its sockets that were paid for: they are read first.
 */
export class LateLook {
  #notBefore = Number.NEGATIVE_INFINITY;

  /** `due`: when the next look was to be taken. */
  mayJudge(now: number, due: number): boolean {
    if (hasStalled(now, this.judgeAt(due))) this.#notBefore = now + TO_READ_MS;
    return now >= this.#notBefore;
  }

  /** When to judge what is due at that time. */
  judgeAt(due: number): number {
    return Math.max(due, this.#notBefore);
  }
}
