import { createHash } from "node:crypto";
import type { LaneSnapshot, Limiter } from "../model/limiter.ts";
import type { Limit } from "../model/limits.ts";
import { Lane } from "./lane.ts";
import { Slots } from "./slots.ts";

/** Who shares limits with whom. */
interface LaneKey {
  /** From `accountOf`. */
  account: string;
  model: string;
}

interface LaneOptions {
  /** From `limitsFor`; empty for a provider nobody knows a limit of. */
  limits: readonly Limit[];
  /** The user's bound on requests in flight, ≥ 1, over all lanes of the account. Default: derived per lane. */
  maxConcurrent?: number | null;
}

/** The lanes of a process: runs that ask for the same account and model get the same limiter. */
export interface LaneRegistry {
  /** The lane of this key. Other options than before take effect at once, for everyone who shares it. */
  lane(key: LaneKey, options: LaneOptions): Limiter;
  /**
   * Calls `listener` when whoever was told to wait may ask again: a request of any lane ended, or options
   * changed. Called in the middle of `settle`: note it, act later. Returns the unsubscribe.
   */
  onChange(listener: () => void): () => void;
  snapshots(now: number): LaneSnapshot[];
}

/** Names an account by its address and a fingerprint of its key; the key cannot be read from it. */
export function accountOf(baseUrl: string, apiKey: string | null): string {
  const fingerprint =
    apiKey === null ? "no key" : createHash("sha256").update(apiKey).digest("hex").slice(0, 16);
  return `${baseUrl} ${fingerprint}`;
}

/**
 * Limits for runs of several instances to share: who asks with the same account and model keeps one limit. `random`
 * gives numbers from 0 up to 1 for the jitter of pauses. Default: `Math.random`.
 */
export function createLaneRegistry({ random = Math.random }: { random?: () => number } = {}): LaneRegistry {
  const lanes = new Map<string, Lane>();
  const slotsOf = new Map<string, Slots>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    lane({ account, model }, { limits, maxConcurrent = null }) {
      const slots = maxConcurrent === null ? null : slotsFor(slotsOf, account, maxConcurrent);
      const key = JSON.stringify([account, model]);
      const known = lanes.get(key);
      if (known !== undefined) {
        known.configure({ limits, slots });
        changed();
        return known;
      }
      const lane = new Lane(model, { limits, slots }, random, changed);
      lanes.set(key, lane);
      return lane;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshots: (now) => [...lanes.values()].map((lane) => lane.snapshot(now)),
  };
}

function slotsFor(slotsOf: Map<string, Slots>, account: string, most: number): Slots {
  const slots = slotsOf.get(account) ?? new Slots(most);
  slots.resize(most);
  slotsOf.set(account, slots);
  return slots;
}
