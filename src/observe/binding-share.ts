import type { Binding } from "../model/limits.ts";

/** The memory of what bound: after a second 63 % of the weight is the newest state's. */
const MEMORY_MS = 1000;
/** A lane with nothing to start says so for ever; it is only worth showing where nothing else binds. */
const NOTICEABLE = 0.05;

interface LaneBinding {
  current: Binding;
  since: number;
  weights: Map<Binding, number>;
}

/** What binds, smoothed: each state weighs by the time it held, and older time counts for less. */
export class BindingShare {
  readonly #lanes = new Map<string, LaneBinding>();

  saw(lane: string, by: Binding, now: number): void {
    const known = this.#lanes.get(lane);
    if (known === undefined) {
      this.#lanes.set(lane, { current: by, since: now, weights: new Map([[by, 1]]) });
      return;
    }
    settleWeights(known, now);
    known.current = by;
  }

  /** The state with the largest share over all lanes. */
  strongest(now: number): { by: Binding; share: number } | null {
    const sums = new Map<Binding, number>();
    for (const lane of this.#lanes.values()) {
      settleWeights(lane, now);
      for (const [by, weight] of lane.weights) sums.set(by, (sums.get(by) ?? 0) + weight);
    }
    const total = [...sums.values()].reduce((sum, weight) => sum + weight, 0);
    let best: { by: Binding; share: number } | null = null;
    for (const [by, weight] of sums) {
      const share = weight / total;
      const comparable = by === "nothing" ? NOTICEABLE : share;
      const bestShare = best === null ? 0 : best.by === "nothing" ? NOTICEABLE : best.share;
      if (best === null || comparable > bestShare) best = { by, share };
    }
    return best;
  }
}

function settleWeights(lane: LaneBinding, now: number): void {
  const kept = Math.exp((lane.since - now) / MEMORY_MS);
  lane.since = now;
  if (kept === 1) return;
  for (const [by, weight] of lane.weights) lane.weights.set(by, weight * kept);
  lane.weights.set(lane.current, (lane.weights.get(lane.current) ?? 0) + 1 - kept);
}
