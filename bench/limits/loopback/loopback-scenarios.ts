/**
 * A provider of `../scenario/scenarios.ts` as `sluice simulate` serves it: limits and bursts are twenty times as large, so
 * that forty seconds tell something. Windows of a minute become buckets or seconds, and minutes of thought seconds.
 */
export interface LoopbackScenario {
  id: string;
  about: string;
  jobs: number;
  /** What `sluice simulate` is told beside the limits. */
  flags: readonly string[];
  /** Enforced; a user who knows them says the same. */
  limits: { rps?: number; rpm?: number; tpm?: number };
  /** Which of them binds. */
  binding: { dimension: "requests" | "tokens"; perSecond: number };
  tellsHeaders: boolean;
  promptTokens: number;
  maxTokens: number;
}

const CHAT = ["--latency", "lognormal:2800ms,0.5", "--output-tokens", "lognormal:200,0.7"];
const SIX_SECONDS = ["--window", "bucket", "--burst", "6s", "--retry-after", "exact"];

const PLAIN = { jobs: 8000, tellsHeaders: true, promptTokens: 400, maxTokens: 1024 };
const TWO_HUNDRED: Pick<LoopbackScenario, "limits" | "binding"> = {
  limits: { rpm: 12_000 },
  binding: { dimension: "requests", perSecond: 200 },
};

export const LOOPBACK_SCENARIOS: readonly LoopbackScenario[] = [
  {
    ...PLAIN,
    ...TWO_HUNDRED,
    id: "S01-tb-rpm",
    about: "12,000 requests a minute by a bucket of six seconds' worth",
    flags: [...CHAT, ...SIX_SECONDS],
  },
  {
    ...PLAIN,
    id: "S03-sliding-window",
    about: "200 requests in any second, and what is rejected counts too; never says how long to wait",
    limits: { rps: 200 },
    binding: { dimension: "requests", perSecond: 200 },
    flags: [...CHAT, "--window", "sliding", "--rejects-count", "--retry-after", "none"],
  },
  {
    ...PLAIN,
    id: "S04-tpm",
    about: "6,000,000 tokens a minute by a bucket of 1,000,000, answers of very unequal length",
    jobs: 4000,
    maxTokens: 4096,
    limits: { rpm: 120_000, tpm: 6_000_000 },
    binding: { dimension: "tokens", perSecond: 100_000 },
    flags: [
      ...["--latency", "lognormal:3600ms,0.6", "--output-tokens", "lognormal:300,1"],
      ...["--window", "bucket", "--burst", "10s", "--retry-after", "exact"],
    ],
  },
  {
    ...PLAIN,
    id: "S06-rps-bare",
    about: "160 requests in each second of the clock, and not a word about it",
    jobs: 6400,
    limits: { rps: 160 },
    binding: { dimension: "requests", perSecond: 160 },
    tellsHeaders: false,
    flags: [...CHAT, "--window", "fixed", "--retry-after", "none"],
  },
  {
    ...PLAIN,
    ...TWO_HUNDRED,
    id: "S11-flaky-500",
    about: "as S01, and one request in a hundred ends with a 500",
    flags: [...CHAT, ...SIX_SECONDS, "--fault", "500:1%"],
  },
  {
    ...PLAIN,
    id: "S12-reasoning",
    about: "answers of 5 to 15 s, 6,000 requests a minute by a bucket of six seconds' worth",
    jobs: 4000,
    limits: { rpm: 6000 },
    binding: { dimension: "requests", perSecond: 100 },
    flags: ["--latency", "5s-15s", "--output-tokens", "300", ...SIX_SECONDS],
  },
];
