import type { KnownLimit, Mode, Phase, Scenario, ServerLimit } from "./scenario.ts";

export const SECOND = 1000;
export const MINUTE = 60_000;

const EVERY_MODE: readonly Mode[] = ["config", "configHeaders", "headers", "unknown"];

/** Short answers of a chat model: about three seconds. */
export const CHAT: Phase = {
  until: 1,
  input: { median: 400, sigma: 0.6 },
  output: { median: 200, sigma: 0.7 },
  maxTokens: 1024,
  latency: { firstTokenMs: 500, tokensPerSecond: 100 },
};
export const REASONING: Phase = {
  until: 1,
  input: { median: 800, sigma: 0.6 },
  output: { median: 3000, sigma: 0.4 },
  maxTokens: 16_000,
  latency: { leastMs: 30_000, mostMs: 120_000 },
};

/** What a scenario is where it says nothing else. */
export const PLAIN = {
  workload: [CHAT],
  limits: [],
  reservesOutput: false,
  rejectsCount: false,
  capacity: null,
  neighbour: null,
  changes: [],
  failureShare: 0,
  known: [],
  headers: { factor: 1, untilMs: Number.POSITIVE_INFINITY, tellsWindow: true },
  retryAfter: "exact",
  namesLimit: false,
  modes: EVERY_MODE,
  network: { leastMs: 20, mostMs: 40 },
  clients: { count: 1, are: "runs" },
  recoveries: [],
} as const satisfies Partial<Scenario>;

export function limit(dimension: KnownLimit["dimension"], perWindow: number, windowMs = MINUTE): KnownLimit {
  return { dimension, perWindow, windowMs };
}

export function bucket(dimension: KnownLimit["dimension"], perWindow: number, burst: number): ServerLimit {
  return { ...limit(dimension, perWindow), kind: "bucket", burst };
}

export function perMinute(requests: number, tokens?: number): KnownLimit[] {
  const known = [limit("requests", requests)];
  return tokens === undefined ? known : [...known, limit("tokens", tokens)];
}
