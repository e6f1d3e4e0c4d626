/** How many answers the quantile looks back on, and after how many it is computed anew. */
const KEPT = 256;
const RECOMPUTE_EVERY = 32;

const MEAN_GAIN = 0.02;

/** The 95th percentile and the mean of the latest latencies. */
export class LatencyWindow {
  readonly #latest = new Float64Array(KEPT);
  #count = 0;
  #p95 = 0;
  #mean = 0;

  add(latencyMs: number): void {
    this.#latest[this.#count % KEPT] = latencyMs;
    this.#count += 1;
    this.#mean += (latencyMs - this.#mean) * Math.max(1 / this.#count, MEAN_GAIN);
    if (this.#count < RECOMPUTE_EVERY) this.#p95 = Math.max(this.#p95, latencyMs);
    else if (this.#count % RECOMPUTE_EVERY === 0) this.#p95 = this.#compute();
  }

  /** Milliseconds; null before the first answer. */
  p95(): number | null {
    return this.#count === 0 ? null : this.#p95;
  }

  /** 0 before the first answer. */
  mean(): number {
    return this.#mean;
  }

  #compute(): number {
    const sorted = this.#latest.slice(0, Math.min(this.#count, KEPT)).sort();
    return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  }
}
