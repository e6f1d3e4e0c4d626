/** Looked at once per two answers' time, so that a quick provider is found out quickly, else every two seconds. */
const SHORTEST_TICK_MS = 20;
const TICK_MS = 2000;
const FEWEST_IN_TICK = 4;
/** The answered rate is a mean over at least this long, and over an answer's time. */
const MEAN_MS = 10_000;
/** A provider keeps up while it answers so much of what is sent, */
const KEEPING_UP = 0.35;
/** while few are in flight, */
const FEW_IN_FLIGHT = 64;
/** or while no answer has come that could tell. */
const BLIND_IN_FLIGHT = 1024;
/** How far beyond what is really sent, and really answered, a rate may be tried. */
const BEYOND_SENT = 1.5;
const BEYOND_ANSWERED = 1.25;
const LEAST_BEYOND = 0.2 / 1000;

/** What a lane really sends and gets answered, per ms. */
export class Throughput {
  #tickAt: number | null = null;
  #sentInTick = 0;
  #answeredInTick = 0;
  #hasAnswers = false;
  #sentPerMs = 0;
  #latelyAnsweredPerMs = 0;
  #answeredPerMs = 0;

  get sentPerMs(): number {
    return this.#sentPerMs;
  }

  get answeredPerMs(): number {
    return this.#answeredPerMs;
  }

  /** A rate is proven only by what was answered at it: a model that thinks for a minute tells late what was too much. */
  get provenPerMs(): number {
    const proven = Math.min(BEYOND_SENT * this.#sentPerMs, BEYOND_ANSWERED * this.#answeredPerMs);
    return proven + LEAST_BEYOND;
  }

  /** Of what was sent since the last look, where there was none yet. */
  sentSoFarPerMs(now: number): number {
    return this.#tickAt === null ? 0 : this.#sentInTick / Math.max(1, now - this.#tickAt);
  }

  sent(now: number): void {
    this.#tickAt ??= now;
    this.#sentInTick += 1;
  }

  answered(): void {
    this.#hasAnswers = true;
    this.#answeredInTick += 1;
  }

  keepsUp(inFlight: number): boolean {
    if (inFlight < FEW_IN_FLIGHT) return true;
    if (!this.#hasAnswers) return inFlight < BLIND_IN_FLIGHT;
    return this.#latelyAnsweredPerMs >= KEEPING_UP * this.#sentPerMs;
  }

  /** Returns true when the figures are new. */
  tick(now: number, latencyMs: number): boolean {
    if (this.#tickAt === null || !this.#isOver(now - this.#tickAt, latencyMs)) return false;
    const elapsed = now - this.#tickAt;
    this.#sentPerMs = this.#sentInTick / elapsed;
    this.#latelyAnsweredPerMs = this.#answeredInTick / elapsed;
    const weight = Math.min(1, elapsed / Math.max(MEAN_MS, latencyMs));
    this.#answeredPerMs += (this.#latelyAnsweredPerMs - this.#answeredPerMs) * weight;
    this.#tickAt = now;
    this.#sentInTick = 0;
    this.#answeredInTick = 0;
    return true;
  }

  #isOver(elapsed: number, latencyMs: number): boolean {
    if (elapsed >= TICK_MS || !this.#hasAnswers) return elapsed >= TICK_MS;
    return this.#sentInTick >= FEWEST_IN_TICK && elapsed >= Math.max(SHORTEST_TICK_MS, 2 * latencyMs);
  }
}
