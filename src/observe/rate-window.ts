const BUCKET_MS = 500;
const BUCKETS = 20;
const WINDOW_MS = BUCKET_MS * BUCKETS;
/** A run younger than this shows its pace as if it were this old: two answers in 10 ms are no 200 a second. */
const YOUNGEST_MS = 1000;

/** How many per second over the last ten, in a ring of half-second buckets. */
export class RateWindow {
  readonly #buckets = new Float64Array(BUCKETS);
  /** Number of the newest bucket since the clock's zero. */
  #newest = Number.NEGATIVE_INFINITY;
  #sum = 0;

  add(now: number, amount: number): void {
    const place = this.#advance(now);
    this.#buckets[place] = (this.#buckets[place] ?? 0) + amount;
    this.#sum += amount;
  }

  perSecond(now: number, startedAt: number): number {
    const place = this.#advance(now);
    const covered = WINDOW_MS - BUCKET_MS + (now - Math.floor(now / BUCKET_MS) * BUCKET_MS);
    const span = Math.max(YOUNGEST_MS, Math.min(covered, now - startedAt));
    return place < 0 ? 0 : (this.#sum / span) * 1000;
  }

  #advance(now: number): number {
    const newest = Math.floor(now / BUCKET_MS);
    const passed = newest - this.#newest;
    if (passed >= BUCKETS) {
      this.#buckets.fill(0);
      this.#sum = 0;
    } else {
      for (let step = 1; step <= passed; step += 1) {
        const place = (this.#newest + step) % BUCKETS;
        this.#sum -= this.#buckets[place] ?? 0;
        this.#buckets[place] = 0;
      }
    }
    this.#newest = Math.max(newest, this.#newest);
    return this.#newest % BUCKETS;
  }
}
