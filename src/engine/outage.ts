/** So many sends in a row that never reached the provider are an outage, not an accident. */
const FAILURES_OF_AN_OUTAGE = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/**
 * A probe that was written and is not turned away within this time has reached the provider: its answer may take a
 * minute, and nobody is to wait for that.
 */
const ACCEPTED_AFTER_MS = 1000;

interface Probe {
  /** The attempt, as the loop knows it. */
  attempt: object;
  writtenAt: number | null;
}

/**
 * A run-wide pause while the provider cannot be reached. Costs no row an attempt.
 *
 *   open ──three sends unreached──► paused ──its time is over──► probing ──a response, or written and silent──► open
 *                                     ▲                            │
 *                                     └────── probe unreached ─────┘
 */
export class Outage {
  #failures = 0;
  #since: number | null = null;
  #blockedUntil = 0;
  #probe: Probe | null = null;

  /** 0 = send; > 0 = ask again in so many ms; Infinity = ask again when the probe is written or ends. */
  admit(now: number): number {
    if (this.#failures < FAILURES_OF_AN_OUTAGE) return 0;
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    if (this.#probe === null) return 0;
    if (this.#probe.writtenAt === null) return Number.POSITIVE_INFINITY;
    const acceptedAt = this.#probe.writtenAt + ACCEPTED_AFTER_MS;
    if (now < acceptedAt) return acceptedAt - now;
    this.alive();
    return 0;
  }

  started(attempt: object): void {
    if (this.#failures >= FAILURES_OF_AN_OUTAGE) this.#probe = { attempt, writtenAt: null };
  }

  /** True when this attempt was the probe: whoever waits for it may ask again. */
  written(now: number, attempt: object): boolean {
    if (this.#probe?.attempt !== attempt) return false;
    this.#probe.writtenAt = now;
    return true;
  }

  /** A send never reached the provider. Failures of sends made before the pause began do not lengthen it. */
  unreachable(now: number, attempt: object): void {
    if (this.#probe !== null && this.#probe.attempt !== attempt) return;
    this.#probe = null;
    this.#since ??= now;
    if (now < this.#blockedUntil) return;
    this.#failures += 1;
    const beyond = this.#failures - FAILURES_OF_AN_OUTAGE;
    if (beyond >= 0) this.#blockedUntil = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** beyond);
  }

  /** The provider itself said something. */
  alive(): void {
    this.#failures = 0;
    this.#since = null;
    this.#blockedUntil = 0;
    this.#probe = null;
  }

  /** An attempt ended in a way that says nothing about the provider: cut, timed out, given up. */
  ended(attempt: object): void {
    if (this.#probe?.attempt === attempt) this.#probe = null;
  }

  /** How long nothing has been reached, in ms; 0 when all is well. */
  lastsFor(now: number): number {
    return this.#since === null ? 0 : now - this.#since;
  }
}
