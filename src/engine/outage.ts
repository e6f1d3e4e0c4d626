/** So many sends in a row that never reached the provider are an outage, not an accident. */
const FAILURES_OF_AN_OUTAGE = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * A run-wide pause while the provider cannot be reached: nobody sends, then one probe goes; the first sign of
 * life opens everything again. Costs no row an attempt.
 */
export class Outage {
  #failures = 0;
  #since: number | null = null;
  #blockedUntil = 0;
  #probing = false;

  /** 0 = send; > 0 = ask again in so many ms; Infinity = a probe is under way. */
  admit(now: number): number {
    if (this.#failures < FAILURES_OF_AN_OUTAGE) return 0;
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    return this.#probing ? Number.POSITIVE_INFINITY : 0;
  }

  started(): void {
    if (this.#failures >= FAILURES_OF_AN_OUTAGE) this.#probing = true;
  }

  /** A send never reached the provider. Failures of sends made before the pause began do not lengthen it. */
  unreachable(now: number): void {
    this.#probing = false;
    this.#since ??= now;
    if (now < this.#blockedUntil) return;
    this.#failures += 1;
    const beyond = this.#failures - FAILURES_OF_AN_OUTAGE;
    if (beyond >= 0) this.#blockedUntil = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** beyond);
  }

  /** Any ending that the provider itself produced. */
  alive(): void {
    this.#failures = 0;
    this.#since = null;
    this.#blockedUntil = 0;
    this.#probing = false;
  }

  /** How long nothing has been reached, in ms; 0 when all is well. */
  lastsFor(now: number): number {
    return this.#since === null ? 0 : now - this.#since;
  }

  isOut(): boolean {
    return this.#failures >= FAILURES_OF_AN_OUTAGE;
  }
}
