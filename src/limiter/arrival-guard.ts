/** Beside each window so much of it is left free at first; a long window affords more than a short one. */
const FIRST_SHARE = 0.002;
const SHORTEST_MS = 8;
/** While both sides are cold (connections, compilers) the first arrivals are later than any that follow. */
const COLD_GUARD_MS = 40;
const COLD_MS = 2000;
/** A rejection at a pace that should fit adds as much again, up to this share of the window. */
const LARGEST_SHARE = 0.08;
/** Without a rejection half of what was added goes again in this time. */
const HALF_LIFE_MS = 120_000;
/** Re-computed so often: it moves slowly. */
const STEP_MS = 1000;

/**
 * Requests do not arrive as evenly as they were sent: a server that counts arrivals sees two sends a window
 * apart a few milliseconds closer. How much closer shows only by what it turns away, so it is learned from that.
 */
export class ArrivalGuard {
  readonly #leastMs: number;
  readonly #mostMs: number;
  #addedMs = 0;
  #current: number;
  #warmAt = Number.POSITIVE_INFINITY;
  #steppedAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#leastMs = Math.max(SHORTEST_MS, FIRST_SHARE * windowMs);
    this.#mostMs = Math.max(this.#leastMs, LARGEST_SHARE * windowMs);
    this.#current = Math.max(COLD_GUARD_MS, this.#leastMs);
  }

  /** Milliseconds by which a window is lengthened. */
  guardMs(now: number): number {
    if (now - this.#steppedAt < STEP_MS) return this.#current;
    if (this.#steppedAt > 0) this.#addedMs *= 0.5 ** ((now - this.#steppedAt) / HALF_LIFE_MS);
    this.#steppedAt = now;
    const learned = Math.min(this.#mostMs, this.#leastMs + this.#addedMs);
    this.#current = now < this.#warmAt ? Math.max(COLD_GUARD_MS, learned) : learned;
    return this.#current;
  }

  sent(now: number): void {
    if (this.#warmAt === Number.POSITIVE_INFINITY) this.#warmAt = now + COLD_MS;
  }

  rejected(now: number): void {
    this.guardMs(now);
    this.#addedMs = Math.min(this.#mostMs, this.#addedMs + this.#leastMs);
    this.#steppedAt = now - STEP_MS;
  }
}
