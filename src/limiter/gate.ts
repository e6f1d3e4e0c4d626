/** Without a word from the provider: so long at first, doubling with each probe that is rejected. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Where there is room for another only later than that, it begins longer and may become ten times as long. */
const LONGEST_FIRST_PAUSE_MS = 60_000;
const LONGEST_DOUBLING = 10;
/** A probe that is not rejected within this time is taken as accepted; learned from how fast rejections come. */
const FIRST_SILENCE_MS = 600;
const SHORTEST_SILENCE_MS = 300;
const LONGEST_SILENCE_MS = 5000;
/** Clients that were told the same moment come a little apart: by 3 % of the wait, but never by more than this. */
const MOST_ADDED_MS = 2000;
/** A rejection is expected within this many times the usual one. */
const SILENCE_FACTOR = 4;

/**
 * One pause for everybody.
 *
 *   open ──throttled──► paused ──its time is over──► probing ──answered, or no rejection in time──► open
 *                          ▲                             │
 *                          └──────── probe throttled ────┘
 *
 * Rejections of requests that were sent before the pause began belong to it: they only extend it by what the
 * provider asks for. Waiting for the probe's answer instead of its rejection would cost a model that thinks
 * for a minute two thirds of its pace.
 */
export class Gate {
  readonly #random: () => number;
  readonly #opened: (now: number) => void;
  #closed = false;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #newestAtPause = -1;
  #probe: { sequence: number; sentAt: number } | null = null;
  #pauses = 0;
  #silenceMs = FIRST_SILENCE_MS;

  constructor(random: () => number, opened: (now: number) => void) {
    this.#random = random;
    this.#opened = opened;
  }

  /** Milliseconds until somebody may go; 0 = go. While probing exactly one may. */
  wait(now: number): number {
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    if (!this.#closed) return 0;
    if (this.#probe === null) return 0;
    const accepted = this.#probe.sentAt + this.#silenceMs;
    if (now < accepted) return accepted - now;
    this.#open(now);
    return 0;
  }

  sent(now: number, sequence: number): void {
    if (this.#closed && this.#probe === null) this.#probe = { sequence, sentAt: now };
  }

  /** The provider answered, in whatever way other than asking to wait. */
  answered(now: number, sequence: number): void {
    if (this.#closed && this.#probe?.sequence === sequence) this.#open(now);
  }

  /** The probe never reached the provider: another one goes. */
  notSent(sequence: number): void {
    if (this.#probe?.sequence === sequence) this.#probe = null;
  }

  /** Returns true when this rejection began a pause, false when it belongs to the present one. */
  throttled(
    now: number,
    rejection: {
      sequence: number;
      newest: number;
      latencyMs: number;
      retryAfterMs: number | null;
      leastPauseMs: number;
      /** Between two requests at the rate that is believed: sooner there is no room for another. */
      intervalMs: number;
    },
  ): boolean {
    this.#learnSilence(rejection.latencyMs);
    const asked =
      rejection.retryAfterMs === null
        ? null
        : rejection.retryAfterMs +
          this.#between(0, Math.min(MOST_ADDED_MS, 0.03 * rejection.retryAfterMs) + 30) +
          20;
    if (rejection.sequence <= this.#newestAtPause && rejection.sequence !== this.#probe?.sequence) {
      if (this.#closed && asked !== null) this.#blockedUntil = Math.max(this.#blockedUntil, now + asked);
      return false;
    }
    const first = Math.max(FIRST_PAUSE_MS, Math.min(LONGEST_FIRST_PAUSE_MS, rejection.intervalMs));
    const longest = Math.max(LONGEST_PAUSE_MS, LONGEST_DOUBLING * first);
    const backoff = Math.min(longest, first * 2 ** this.#pauses) * this.#between(0.8, 1.2);
    // The provider's word is taken the first time; where its probe is rejected too, the larger of both holds.
    const pause = asked === null ? backoff : this.#pauses === 0 ? asked : Math.max(asked, backoff);
    this.#blockedUntil = Math.max(this.#blockedUntil, now + Math.max(pause, rejection.leastPauseMs));
    this.#newestAtPause = rejection.newest;
    this.#probe = null;
    this.#closed = true;
    this.#pauses = Math.min(this.#pauses + 1, 16);
    return true;
  }

  /** A moment without sends, for a provider that is overloaded: no probe follows. */
  hold(now: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + this.#between(100, 300));
  }

  /** Milliseconds of the pause that are left; 0 when open or probing. */
  blockedForMs(now: number): number {
    return this.#closed ? Math.max(0, this.#blockedUntil - now) : 0;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  #open(now: number): void {
    this.#closed = false;
    this.#probe = null;
    this.#pauses = 0;
    this.#opened(now);
  }

  #learnSilence(latencyMs: number): void {
    const learned = 0.9 * this.#silenceMs + 0.1 * SILENCE_FACTOR * latencyMs;
    this.#silenceMs = Math.min(LONGEST_SILENCE_MS, Math.max(SHORTEST_SILENCE_MS, learned));
  }

  #between(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }
}
