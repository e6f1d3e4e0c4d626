const SMALLEST = 4;
const LARGEST = 1024;
/** Time between a row's being ready and its being noticed, beyond the disk's own: turns of the loop. */
const SLACK_MS = 5;
const MEASURED_OVER_MS = 50;
const SMOOTHING = 0.5;

/**
 * How many rows are kept ready with a durable intent: as many as are sent while the disk works twice, so that a
 * commit never stands between a permit and its send, and no more, because after a kill each of them counts as
 * "sent, outcome unknown".
 */
export class LookAhead {
  #diskMs = 0;
  #perMs = 0;
  #sent = 0;
  #since: number | null = null;
  #size = SMALLEST;
  #hungry = false;

  get size(): number {
    return this.#size;
  }

  sent(now: number): void {
    this.#since ??= now;
    this.#sent += 1;
    const elapsed = now - this.#since;
    if (elapsed < MEASURED_OVER_MS) return;
    this.#perMs += (this.#sent / elapsed - this.#perMs) * SMOOTHING;
    this.#since = now;
    this.#sent = 0;
    this.#resize(this.#size * 0.9);
  }

  /** An intent became durable after so long. */
  durable(diskMs: number): void {
    this.#diskMs += (diskMs - this.#diskMs) * SMOOTHING;
    if (!this.#hungry) return;
    this.#hungry = false;
    this.#size = Math.min(LARGEST, this.#size * 2);
  }

  /** A send that limits and connections would have let go found nothing ready: doubled once per trip to the disk. */
  starved(): void {
    this.#hungry = true;
  }

  /** So many rows are to choose from, whatever the pace. */
  widen(rows: number): void {
    this.#size = Math.max(this.#size, rows);
  }

  /** Follows what is needed; shrinks slowly. */
  #resize(atLeast: number): void {
    const needed = SMALLEST + Math.ceil(this.#perMs * (2 * this.#diskMs + SLACK_MS));
    this.#size = Math.ceil(Math.min(LARGEST, Math.max(SMALLEST, needed, Math.min(this.#size, atLeast))));
  }
}
