/** Something that must have ended by a certain time. */
export interface Timed {
  deadline: number;
  /** True once it ended by itself. */
  ended: boolean;
}

/** Ended items in the queue that are worth a sweep. */
const WORTH_SWEEPING = 1024;

/**
 * Deadlines that come in the order in which they run out, because every attempt of a run has the same timeout:
 * a queue, not a heap, and no timer per attempt. What ended is swept out although one slow attempt stands before
 * it: with a timeout of an hour, an hour's requests would else be held in memory.
 */
export class Deadlines<Item extends Timed> {
  #queue: Item[] = [];
  #head = 0;
  /** Ended items behind the head; never fewer than there are. */
  #ended = 0;

  /** Items that are held. */
  get length(): number {
    return this.#queue.length - this.#head;
  }

  add(item: Item): void {
    this.#queue.push(item);
  }

  /** One of the items has ended. */
  ended(): void {
    this.#ended += 1;
    if (this.#ended < WORTH_SWEEPING || this.#ended * 2 < this.length) return;
    this.#queue = this.#queue.slice(this.#head).filter((item) => !item.ended);
    this.#head = 0;
    this.#ended = 0;
  }

  /** When the next deadline runs out; Infinity when there is none. */
  next(): number {
    while (this.#queue[this.#head]?.ended) this.#head += 1;
    return this.#queue[this.#head]?.deadline ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out everything whose deadline has passed. */
  expired(now: number): Item[] {
    const out: Item[] = [];
    while (this.next() <= now) {
      const first = this.#queue[this.#head];
      this.#head += 1;
      if (first !== undefined) out.push(first);
    }
    return out;
  }
}
