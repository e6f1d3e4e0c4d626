import type { KnownLimit, Mode, Phase, Scenario, ServerLimit } from "./scenario.ts";

const SECOND = 1000;
const MINUTE = 60_000;

const EVERY_MODE: readonly Mode[] = ["config", "configHeaders", "headers", "unknown"];

/** Short answers of a chat model: about three seconds. */
const CHAT: Phase = {
  until: 1,
  input: { median: 400, sigma: 0.6 },
  output: { median: 200, sigma: 0.7 },
  maxTokens: 1024,
  latency: { firstTokenMs: 500, tokensPerSecond: 100 },
};
const REASONING: Phase = {
  until: 1,
  input: { median: 800, sigma: 0.6 },
  output: { median: 3000, sigma: 0.4 },
  maxTokens: 16_000,
  latency: { leastMs: 30_000, mostMs: 120_000 },
};

/** What a scenario is where it says nothing else. */
const PLAIN = {
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

const TEN_PER_SECOND = bucket("requests", 600, 60);

/** The servers the limiter is measured against: figures of the simulation that its design was found by. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...PLAIN,
    id: "S01-tb-rpm",
    about: "requests a minute by a bucket that holds six seconds' worth",
    jobs: 9000,
    limits: [TEN_PER_SECOND],
    known: perMinute(600),
  },
  {
    ...PLAIN,
    id: "S02-fixed-window",
    about: "a counter per minute that may be spent at once; asks to wait in whole seconds",
    jobs: 30_000,
    limits: [{ ...limit("requests", 600), kind: "fixed", phaseMs: 23 * SECOND }],
    known: perMinute(600),
    retryAfter: "whole seconds",
  },
  {
    ...PLAIN,
    id: "S03-sliding-window",
    about: "any 60 s, and what is rejected counts too; never says how long to wait",
    jobs: 30_000,
    limits: [{ ...limit("requests", 600), kind: "sliding" }],
    rejectsCount: true,
    known: perMinute(600),
    retryAfter: "none",
  },
  {
    ...PLAIN,
    id: "S04-tpm",
    about: "tokens a minute, the answer's charged at its end; answers of very unequal length",
    jobs: 6000,
    workload: [
      {
        ...CHAT,
        input: { median: 400, sigma: 0.8 },
        output: { median: 300, sigma: 1 },
        maxTokens: 4096,
      },
    ],
    limits: [bucket("requests", 6000, 600), bucket("tokens", 300_000, 50_000)],
    known: perMinute(6000, 300_000),
    namesLimit: true,
  },
  {
    ...PLAIN,
    id: "S05-tpm-reserve",
    about: "tokens a minute, prompt and cap reserved at admission",
    jobs: 6000,
    workload: [{ ...CHAT, input: { median: 400, sigma: 0.8 } }],
    limits: [bucket("requests", 6000, 600), bucket("tokens", 300_000, 50_000)],
    reservesOutput: true,
    known: perMinute(6000, 300_000),
    namesLimit: true,
  },
  {
    ...PLAIN,
    id: "S06-rps-bare",
    about: "eight in each second of the clock, and not a word about it",
    jobs: 8000,
    limits: [{ ...limit("requests", 8, SECOND), kind: "fixed", phaseMs: 370 }],
    known: [limit("requests", 8, SECOND)],
    headers: null,
    retryAfter: "none",
    modes: ["config", "unknown"],
  },
  {
    ...PLAIN,
    id: "S07-rpm+tpm-shift",
    about: "requests bind in the first half, tokens in the second",
    jobs: 8000,
    workload: [
      { ...CHAT, until: 0.5, input: { median: 150, sigma: 0.6 }, output: { median: 80, sigma: 0.7 } },
      {
        until: 1,
        input: { median: 900, sigma: 0.6 },
        output: { median: 400, sigma: 0.7 },
        maxTokens: 2048,
        latency: { firstTokenMs: 600, tokensPerSecond: 100 },
      },
    ],
    limits: [bucket("requests", 900, 90), bucket("tokens", 500_000, 80_000)],
    known: perMinute(900, 500_000),
    namesLimit: true,
  },
  {
    ...PLAIN,
    id: "S08-limit-halves",
    about: "half the limit from 300 s to 800 s",
    recoveries: [
      { atMs: 300 * SECOND, perSecond: 5, is: "fewer" },
      { atMs: 800 * SECOND, perSecond: 10, is: "more" },
    ],
    jobs: 10_000,
    limits: [TEN_PER_SECOND],
    changes: [
      { atMs: 300 * SECOND, scale: 0.5 },
      { atMs: 800 * SECOND, scale: 1 },
    ],
    known: perMinute(600),
    retryAfter: "none",
  },
  {
    ...PLAIN,
    id: "S09-neighbour",
    about: "somebody else takes half of the key's limit from 240 s to 700 s",
    jobs: 9000,
    limits: [TEN_PER_SECOND],
    recoveries: [
      { atMs: 240 * SECOND, perSecond: 5, is: "fewer" },
      { atMs: 700 * SECOND, perSecond: 10, is: "more" },
    ],
    neighbour: { fromMs: 240 * SECOND, untilMs: 700 * SECOND, perSecond: 5 },
    known: perMinute(600),
    retryAfter: "none",
  },
  {
    ...PLAIN,
    id: "S10-overload",
    about: "100 slots, 50 from 300 s on; slower with load, 503 above one and a half times the slots",
    jobs: 20_000,
    workload: [{ ...CHAT, output: { median: 200, sigma: 0.5 } }],
    capacity: { slots: 100, rejectsAbove: 1.5 },
    changes: [{ atMs: 300 * SECOND, slots: 50 }],
    recoveries: [{ atMs: 300 * SECOND, perSecond: 20, is: "fewer" }],
    headers: null,
    retryAfter: "none",
    modes: ["unknown"],
  },
  {
    ...PLAIN,
    id: "S11-flaky-500",
    about: "one admitted request in a hundred ends with a 500",
    jobs: 9000,
    limits: [TEN_PER_SECOND],
    failureShare: 0.01,
    known: perMinute(600),
  },
  {
    ...PLAIN,
    id: "S12-reasoning",
    about: "answers of 30 to 120 s, requests a minute; headers come with the answer",
    jobs: 4000,
    workload: [REASONING],
    limits: [bucket("requests", 300, 30)],
    known: perMinute(300),
  },
  {
    ...PLAIN,
    id: "S13-reasoning-tpm",
    about: "answers of 30 to 120 s, whose tokens are charged only then",
    jobs: 4000,
    workload: [REASONING],
    limits: [bucket("requests", 600, 60), bucket("tokens", 1_000_000, 200_000)],
    known: perMinute(600, 1_000_000),
    namesLimit: true,
  },
  {
    ...PLAIN,
    id: "S14-fast-100rps",
    about: "100 a second in short answers, a burst of one second",
    jobs: 60_000,
    workload: [{ ...CHAT, output: { median: 60, sigma: 0.7 } }],
    limits: [bucket("requests", 6000, 100)],
    known: perMinute(6000),
    retryAfter: "none",
  },
  {
    ...PLAIN,
    id: "S15-lying-headers",
    about: "headers, and the user, claim twice what is enforced",
    jobs: 9000,
    limits: [TEN_PER_SECOND],
    known: perMinute(1200),
    headers: { ...PLAIN.headers, factor: 2 },
    retryAfter: "none",
  },
  {
    ...PLAIN,
    id: "S16-latency-only",
    about: "100 slots and no rejection: only the time of service grows",
    jobs: 20_000,
    workload: [{ ...CHAT, output: { median: 200, sigma: 0.5 } }],
    capacity: { slots: 100, rejectsAbove: Number.POSITIVE_INFINITY },
    headers: null,
    retryAfter: "none",
    modes: ["unknown"],
  },
];

function limit(dimension: KnownLimit["dimension"], perWindow: number, windowMs = MINUTE): KnownLimit {
  return { dimension, perWindow, windowMs };
}

function bucket(dimension: KnownLimit["dimension"], perWindow: number, burst: number): ServerLimit {
  return { ...limit(dimension, perWindow), kind: "bucket", burst };
}

function perMinute(requests: number, tokens?: number): KnownLimit[] {
  const known = [limit("requests", requests)];
  return tokens === undefined ? known : [...known, limit("tokens", tokens)];
}
