/** Beside each window so much of it is left free at first; a long window affords more than a short one. */
const FIRST_SHARE = 0.002;
const SHORTEST_MS = 5;
/**
 * Beside a short window so much of the time between two sends, up to a bound: where few are sent each rejection counts
 * more.
 */
const FIRST_SHARE_OF_GAP = 0.4;
const LARGEST_OF_GAP_MS = 10;
/** While both sides are cold (connections, compilers) the first arrivals are later than any that follow. */
const COLD_GUARD_MS = 40;
const COLD_MS = 2000;
/** What rejections add ends at this share of the window. */
const LARGEST_SHARE = 0.16;
/** A rejection adds so much of the time between two sends, as one alone is an accident, */
const STEP = 0.15;
/** and where they are far apart no more than so many times what is left free at first. */
const LARGEST_STEP = 2;
/** The guard settles where so many are turned away of those that are sent: each of them adds what 400 others take back. */
const AIM = 1 / 400;

/** The rest is there to be used up by sends that come late: a timer that rings late would else cost its time for good. */
const HARD_SHARE = 0.5;

/**
 * Requests do not arrive as evenly as they were sent: a server that counts arrivals sees two sends a window
 * apart a few milliseconds closer. How much closer shows only by what it turns away, so it is learned from that.
 */
export class ArrivalGuard {
  readonly #leastMs: number;
  readonly #mostMs: number;
  readonly #stepMs: number;
  #addedMs = 0;
  #warmAt = Number.POSITIVE_INFINITY;

  constructor(windowMs: number, perWindow: number) {
    const ofGapMs = Math.min(LARGEST_OF_GAP_MS, (FIRST_SHARE_OF_GAP * windowMs) / perWindow);
    this.#leastMs = Math.max(SHORTEST_MS, FIRST_SHARE * windowMs, ofGapMs);
    this.#mostMs = Math.max(this.#leastMs, LARGEST_SHARE * windowMs);
    this.#stepMs = Math.min(LARGEST_STEP * this.#leastMs, (STEP * windowMs) / perWindow);
  }

  /** Milliseconds by which a window is lengthened, on average. */
  guardMs(now: number): number {
    const learned = Math.min(this.#mostMs, this.#leastMs + this.#addedMs);
    return this.#isCold(now) ? Math.max(COLD_GUARD_MS, learned) : learned;
  }

  /** It would have to be larger than arrivals explain. */
  isExhausted(): boolean {
    return this.#leastMs + this.#addedMs >= this.#mostMs;
  }

  /** Milliseconds by which every single window is lengthened. */
  leastMs(now: number): number {
    return this.guardMs(now) * (this.#isCold(now) ? 1 : HARD_SHARE);
  }

  sent(now: number): void {
    if (this.#warmAt === Number.POSITIVE_INFINITY) this.#warmAt = now + COLD_MS;
    this.#addedMs = Math.max(0, this.#addedMs - AIM * this.#stepMs);
  }

  rejected(): void {
    this.#addedMs = Math.min(this.#mostMs, this.#addedMs + this.#stepMs);
  }

  #isCold(now: number): boolean {
    return now < this.#warmAt;
  }
}
