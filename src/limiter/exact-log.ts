import { type SendHistory, UNWRITTEN_RECHECK_MS } from "./send-history.ts";

/**
 * Requests do not arrive as evenly as they were sent: a server that counts arrivals sees two sends a window
 * apart a few milliseconds closer. So a slot is kept this much longer than the window: 1.2 % of a second.
 */
const GUARD_MS = 12;
/** While both sides are cold (connections, compilers) the first arrivals are later than any that follow. */
const COLD_GUARD_MS = 40;
const COLD_MS = 2000;

/**
 * The times of the last `limit` sends, exactly: no window of sends ever holds more than the limit, whatever
 * bursts and stalls there were. A bucket alone let 569 of 500 through after a stall of 150 ms.
 */
export class ExactLog implements SendHistory {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #times: Float64Array;
  #count = 0;
  #reserved = 0;
  #warmAt = Number.POSITIVE_INFINITY;

  constructor(limit: number, windowMs: number, predecessor: ExactLog | null = null) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#times = new Float64Array(limit);
    if (predecessor !== null) this.#inherit(predecessor);
  }

  wait(now: number): number {
    const free = this.#limit - this.#reserved;
    if (free <= 0) return UNWRITTEN_RECHECK_MS;
    if (this.#count < free) return 0;
    const at = this.#timeOf(this.#count - free);
    const guard = at < this.#warmAt ? COLD_GUARD_MS : GUARD_MS;
    return Math.max(0, at + this.#windowMs + guard - now);
  }

  reserve(): void {
    this.#reserved += 1;
  }

  write(now: number): void {
    this.#reserved -= 1;
    this.#append(now);
  }

  release(): void {
    this.#reserved -= 1;
  }

  /** A request is one request, whatever became of it. */
  correct(): void {}

  used(now: number): number {
    let recent = 0;
    for (let index = this.#count - 1; index >= Math.max(0, this.#count - this.#limit); index -= 1) {
      if (this.#timeOf(index) <= now - this.#windowMs) break;
      recent += 1;
    }
    return recent + this.#reserved;
  }

  #append(at: number): void {
    if (this.#warmAt === Number.POSITIVE_INFINITY) this.#warmAt = at + COLD_MS;
    this.#times[this.#count % this.#limit] = at;
    this.#count += 1;
  }

  #timeOf(index: number): number {
    return this.#times[index % this.#limit] ?? Number.NEGATIVE_INFINITY;
  }

  #inherit(other: ExactLog): void {
    for (let index = Math.max(0, other.#count - other.#limit); index < other.#count; index += 1) {
      this.#append(other.#timeOf(index));
    }
    this.#warmAt = other.#warmAt;
  }
}
