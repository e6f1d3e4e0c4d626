import type { LatencyView } from "./snapshot.ts";

/** Each bucket is this much wider than the one before: a value read back is within 5 %. */
const GROWTH = 1.1;
const PER_BUCKET = 1 / Math.log(GROWTH);
/** Up to 1 ms × 1.1^200 ≈ 53 hours. */
const BUCKETS = 200;

/** Latencies of a whole run in 200 counters. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #max = 0;

  add(latencyMs: number): void {
    const bucket = latencyMs <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(latencyMs) * PER_BUCKET));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (latencyMs > this.#max) this.#max = latencyMs;
  }

  view(): LatencyView | null {
    if (this.#total === 0) return null;
    return { p50: this.#quantile(0.5), p95: this.#quantile(0.95), max: this.#max };
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#max, GROWTH ** (bucket - 0.5));
    }
    return this.#max;
  }
}
