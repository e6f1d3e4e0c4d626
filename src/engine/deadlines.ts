/** Something that must have ended by a certain time. */
export interface Timed {
  deadline: number;
  /** True once it ended by itself. */
  ended: boolean;
}

/**
 * Deadlines that come in the order in which they run out, because every attempt of a run has the same timeout:
 * a queue, not a heap, and no timer per attempt.
 */
export class Deadlines<Item extends Timed> {
  #queue: Item[] = [];
  #head = 0;

  add(item: Item): void {
    this.#queue.push(item);
  }

  /** When the next deadline runs out; Infinity when there is none. */
  next(): number {
    this.#dropEnded();
    return this.#queue[this.#head]?.deadline ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out everything whose deadline has passed. */
  expired(now: number): Item[] {
    const out: Item[] = [];
    for (;;) {
      this.#dropEnded();
      const first = this.#queue[this.#head];
      if (first === undefined || first.deadline > now) return out;
      this.#head += 1;
      out.push(first);
    }
  }

  #dropEnded(): void {
    while (this.#queue[this.#head]?.ended) this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
