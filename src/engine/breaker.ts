import { Lasting } from "./lasting.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A probe that fails does so about as fast as the failures before it; one silent for longer has got through. */
const SHORTEST_SILENCE_MS = 1000;
const SILENCE_FACTOR = 1.5;

/** An attempt, as far as a breaker cares. */
export interface TriedAttempt {
  readonly startedAt: number;
  readonly job: { readonly index: number };
}

/** What opens a breaker: so many failures without a success in between, of so many rows. */
export interface Handful {
  failures: number;
  rows: number;
}

interface Probe {
  attempt: TriedAttempt;
  writtenAt: number | null;
}

/**
 * A circuit breaker: everybody waits while nobody gets through, and one at a time tries.
 *
 *   closed ──a handful of failures──► open ──its time is over──► probing ──a success, or written and silent──► closed
 *                                      ▲                           │
 *                                      └───────── failed ──────────┘
 */
export class Breaker {
  readonly #handful: Handful;
  #failures = 0;
  #rows = 0;
  #lastRow = -1;
  readonly #lasting = new Lasting();
  #openedAt: number | null = null;
  #blockedUntil = 0;
  #pauses = 0;
  #slowestMs = 0;
  #probe: Probe | null = null;

  constructor(handful: Handful) {
    this.#handful = handful;
  }

  get isOpen(): boolean {
    return this.#openedAt !== null;
  }

  /** Null while it is closed. */
  get openedAt(): number | null {
    return this.#openedAt;
  }

  /** How long nothing has got through, in ms, up to the last failure; 0 when all is well. */
  get lastsForMs(): number {
    return this.#lasting.ms;
  }

  /** 0 = send; > 0 = ask again in so many ms; Infinity = ask again when the probe is written or ends. */
  admit(now: number): number {
    if (!this.isOpen) return 0;
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    if (this.#probe === null) return 0;
    if (this.#probe.writtenAt === null) return Number.POSITIVE_INFINITY;
    const throughAt = this.#probe.writtenAt + Math.max(SHORTEST_SILENCE_MS, SILENCE_FACTOR * this.#slowestMs);
    if (now < throughAt) return throughAt - now;
    this.#close();
    return 0;
  }

  started(attempt: TriedAttempt): void {
    if (this.isOpen) this.#probe = { attempt, writtenAt: null };
  }

  /** True when this attempt was the probe: whoever waits for it may ask again. */
  written(now: number, attempt: TriedAttempt): boolean {
    if (this.#probe?.attempt !== attempt) return false;
    this.#probe.writtenAt = now;
    return true;
  }

  /**
   * It failed `afterMs` after it was sent. Among many in flight, quick failures come home before slow successes: so
   * half of them have to fail. What was sent before the breaker opened belongs to that, and lengthens nothing.
   */
  failed(now: number, attempt: TriedAttempt, afterMs: number, inFlight: number): void {
    this.#slowestMs = Math.max(this.#slowestMs, afterMs);
    this.#lasting.seen(now);
    if (this.isOpen) {
      if (this.#probe?.attempt === attempt) this.#pause(now);
      return;
    }
    this.#failures += 1;
    if (attempt.job.index !== this.#lastRow) this.#rows += 1;
    this.#lastRow = attempt.job.index;
    if (this.#failures < Math.max(this.#handful.failures, inFlight / 2) || this.#rows < this.#handful.rows)
      return;
    this.#openedAt = now;
    this.#pause(now);
  }

  /** It got through. What was sent before the breaker opened says nothing of now. */
  succeeded(attempt: TriedAttempt): void {
    if (this.#openedAt !== null && attempt.startedAt < this.#openedAt) return;
    this.#close();
    this.#slowestMs = 0;
  }

  /** It ended in a way that says nothing: another one tries. */
  ended(attempt: TriedAttempt): void {
    if (this.#probe?.attempt === attempt) this.#probe = null;
  }

  #pause(now: number): void {
    this.#probe = null;
    this.#blockedUntil = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#pauses);
    this.#pauses += 1;
  }

  #close(): void {
    this.#lasting.over();
    this.#openedAt = null;
    this.#probe = null;
    this.#failures = 0;
    this.#rows = 0;
    this.#lastRow = -1;
    this.#pauses = 0;
  }
}
