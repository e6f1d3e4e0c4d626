import type { LaneView, Snapshot, Tally } from "../../src/observe/index.ts";

const TALLY: Tally = {
  answered: 820,
  rejected: 2,
  failed: 1,
  unknown: 0,
  unsent: 0,
  usage: {
    inputTokens: 120_333,
    cachedTokens: 10_000,
    outputTokens: 203_111,
    reasoningTokens: 99_000,
    totalTokens: 323_444,
  },
  cost: 4_123_000_000,
  unknownCost: 0,
  atRisk: 12_000_000,
  unpricedAtRisk: 0,
};

export const LANE: LaneView = {
  lane: "xai grok-4.3",
  inFlight: 92,
  binding: "rps",
  blockedForMs: 0,
  sent: 915,
  paused: null,
  limits: [
    {
      dimension: "requests",
      perWindow: 37,
      windowMs: 1000,
      source: "published",
      usedShare: 0.984,
      cumulativeShare: 0.991,
    },
    {
      dimension: "tokens",
      perWindow: 10_000_000,
      windowMs: 60_000,
      source: "published",
      usedShare: 0.12,
      cumulativeShare: 0.13,
    },
  ],
};

/** A run in its middle: the one the pictures in these tests show. */
export function midRun(differences: Partial<Snapshot> = {}): Snapshot {
  return {
    phase: "running",
    rows: 1319,
    todo: 1319,
    done: 823,
    run: TALLY,
    inAll: TALLY,
    copies: 0,
    kept: { answers: 0, oldestMs: 0, saved: 0, unpriced: 0 },
    hedges: { sent: 0, won: 0, cost: 0, unknownCost: 0, atRisk: 0, unpricedAtRisk: 0 },
    cut: 2,
    filtered: 1,
    empty: 0,
    held: 0,
    inFlight: 92,
    rate: 36.94,
    tokensPerSecond: 41_203.4,
    attempts: 829,
    throttled: 3,
    endings: { answered: 820, "http-429": 3, "http-500": 3, "http-400": 2, reset: 1 },
    retries: 6,
    retriesByEnding: { "http-429": 3, "http-500": 2, reset: 1 },
    latency: { p50: 1900, p95: 3800, max: 4000 },
    firstToken: null,
    slowest: [],
    tail: null,
    etaMs: 13_427,
    bound: { by: "rps", share: 1 },
    lanes: [LANE],
    paused: null,
    halted: false,
    stopping: null,
    wallMs: 22_300,
    ...differences,
  };
}

export function tally(differences: Partial<Tally> = {}): Tally {
  return { ...TALLY, ...differences };
}
