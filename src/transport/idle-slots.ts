import type { Http1Slot } from "./http1-slot.ts";

/** Free connections, last used first: the freshest is the least likely to be closed by the peer meanwhile. */
export class IdleSlots {
  #stack: Http1Slot[] = [];
  #live = 0;

  /** How many stand ready. */
  get liveCount(): number {
    return this.#live;
  }

  add(slot: Http1Slot): void {
    slot.idle = true;
    this.#live++;
    this.#stack.push(slot);
  }

  take(): Http1Slot | null {
    for (let slot = this.#stack.pop(); slot !== undefined; slot = this.#stack.pop()) {
      if (!slot.idle) continue;
      slot.idle = false;
      this.#live--;
      return slot;
    }
    return null;
  }

  /** The slot's connection closed while it waited. Its place in the stack is cleared when that pays. */
  drop(slot: Http1Slot): void {
    slot.idle = false;
    this.#live--;
    if (this.#stack.length > 2 * this.#live + 16) this.#stack = this.#stack.filter((each) => each.idle);
  }

  close(): void {
    for (const slot of this.#stack) slot.destroySocket();
  }
}
