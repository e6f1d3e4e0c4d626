import { type SendHistory, UNWRITTEN_RECHECK_MS } from "./send-history.ts";

/** Room for so many times at first; it doubles as requests are sent, up to the limit. */
const FIRST_ROOM = 64;

/**
 * The times of the last `limit` sends, exactly: no window of sends ever holds more than the limit, whatever
 * bursts and stalls there were. A bucket alone let 569 of 500 through after a stall of 150 ms.
 */
export class ExactLog implements SendHistory {
  readonly #windowMs: number;
  #limit: number;
  #times: Float64Array;
  #count = 0;
  #reserved = 0;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#times = new Float64Array(Math.min(limit, FIRST_ROOM));
  }

  wait(now: number, _amount: number, guardMs: number): number {
    const free = this.#limit - this.#reserved;
    if (free <= 0) return UNWRITTEN_RECHECK_MS;
    if (this.#count < free) return 0;
    return Math.max(0, this.#timeOf(this.#count - free) + this.#windowMs + guardMs - now);
  }

  reserve(): void {
    this.#reserved += 1;
  }

  write(now: number): void {
    this.#reserved -= 1;
    if (this.#count >= this.#times.length && this.#times.length < this.#limit) {
      this.#rebuild(Math.min(this.#limit, 2 * this.#times.length));
    }
    this.#times[this.#count % this.#times.length] = now;
    this.#count += 1;
  }

  release(): void {
    this.#reserved -= 1;
  }

  /** A request is one request, whatever became of it. */
  correct(): void {}

  resize(limit: number, share: number): void {
    if (limit < this.#times.length || share < 1) this.#rebuild(Math.min(limit, this.#times.length), share);
    this.#limit = limit;
  }

  used(now: number): number {
    const oldest = Math.max(0, this.#count - this.#times.length);
    const since = now - this.#windowMs;
    let low = oldest;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timeOf(middle) > since) high = middle;
      else low = middle + 1;
    }
    return this.#count - low + this.#reserved;
  }

  /** A time that is not kept any more left its window long ago. */
  #timeOf(index: number): number {
    if (index < this.#count - this.#times.length) return Number.NEGATIVE_INFINITY;
    return this.#times[index % this.#times.length] ?? Number.NEGATIVE_INFINITY;
  }

  /** Keeps the newest that have room, thinned evenly to this share. */
  #rebuild(room: number, share = 1): void {
    const kept = Math.min(room, Math.ceil(share * Math.min(this.#count, this.#times.length)));
    const times = new Float64Array(room);
    for (let back = 0; back < kept; back += 1) {
      times[kept - 1 - back] = this.#timeOf(this.#count - 1 - Math.floor(back / share));
    }
    this.#times = times;
    this.#count = kept;
  }
}
