import { describe, expect, test } from "vitest";
import { nextSteps, renderSummary, summaryJson } from "../../src/cli/screen/index.ts";
import { displayWidth } from "../../src/cli/screen/plain-text.ts";
import { LANE, midRun, tally } from "./snapshots.ts";

const LEFT = tally({ answered: 1310, rejected: 4, failed: 3, unknown: 2, unknownCost: 3, unpricedAtRisk: 1 });
const finished = midRun({ phase: "finished", done: 1319, inAll: LEFT, held: 1, etaMs: null });
const summaryAt = (columns: number, snapshot = finished) =>
  renderSummary(snapshot, { columns, colour: false });

test("at 80 columns", () => {
  expect(summaryAt(80).split("\n")).toEqual([
    "Rows      1,319 rows · 1,310 answered (820 in this run) · 4 rejected · 3 failed",
    "          2 unknown",
    "Answers   2 cut at their token limit · 1 filtered for content",
    "Attempts  829 attempts · 820 answered · 3 http-429 · 3 http-500 · 2 http-400",
    "          1 reset · 6 retried (http-429 3, http-500 2, reset 1)",
    "Tokens    120,333 in (10,000 cached) · 203,111 out (99,000 reasoning)",
    "Money     $0.41 in this run · $0.41 and 3 answers of unknown cost in all runs",
    "          $0.0012 and 1 attempt of unknown cost at risk",
    "Time      22s · 36.9/s · latency 1.9s p50, 3.8s p95, 4.0s max",
    "Limits    xai grok-4.3 · 99% of 37 requests/s (published)",
    "          13% of 10,000,000 tokens/min (published)",
    "Next      the same command again sends 4 rows",
    "          --retry-failed also sends the 4 rows the provider rejected",
    "          --retry-unknown also sends the 1 row that timed out, at the risk of",
    "          paying twice",
  ]);
});

test("at 140 columns", () => {
  expect(summaryAt(140).split("\n")).toEqual([
    "Rows      1,319 rows · 1,310 answered (820 in this run) · 4 rejected · 3 failed · 2 unknown",
    "Answers   2 cut at their token limit · 1 filtered for content",
    "Attempts  829 attempts · 820 answered · 3 http-429 · 3 http-500 · 2 http-400 · 1 reset · 6 retried (http-429 3, http-500 2, reset 1)",
    "Tokens    120,333 in (10,000 cached) · 203,111 out (99,000 reasoning)",
    "Money     $0.41 in this run · $0.41 and 3 answers of unknown cost in all runs · $0.0012 and 1 attempt of unknown cost at risk",
    "Time      22s · 36.9/s · latency 1.9s p50, 3.8s p95, 4.0s max",
    "Limits    xai grok-4.3 · 99% of 37 requests/s (published) · 13% of 10,000,000 tokens/min (published)",
    "Next      the same command again sends 4 rows",
    "          --retry-failed also sends the 4 rows the provider rejected",
    "          --retry-unknown also sends the 1 row that timed out, at the risk of paying twice",
  ]);
});

test("no tokens are counted where the provider tells none", () => {
  const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0, totalTokens: 0 };
  const { run } = midRun();
  expect(summaryAt(140, midRun({ run: { ...run, usage } }))).toContain("Tokens    not told by the provider");
});

test("what was not sent is told: copies, and answers of the cache with their age and what they save", () => {
  const kept = { answers: 412, oldestMs: 3 * 86_400_000, saved: 12_000_000_000, unpriced: 0 };
  const lines = summaryAt(140, midRun({ copies: 2, kept })).split("\n");
  expect(lines[0]).toContain("820 answered · 2 copies of other rows' outcomes");
  expect(lines).toContain("Cache     412 answers from the cache · the oldest 3d 0h old · $1.20 saved");
  const one = { ...kept, answers: 1, unpriced: 1, saved: 0 };
  expect(summaryAt(140, midRun({ copies: 1, kept: one }))).toContain("1 answer of unknown cost saved");
});

test("names the slowest rows, and says when streamed answers began", () => {
  const slowest = ["request-17", "case-\u001b[2J4", "request-3"].map((label, index) => ({
    label,
    ms: 250_000 - index * 1000,
  }));
  const lines = summaryAt(140, midRun({ slowest, firstToken: { p50: 300, p95: 2000, max: 9000 } })).split(
    "\n",
  );
  expect(lines.filter((line) => /^(Time|Slowest)/.test(line))).toEqual([
    "Time      22s · 36.9/s · latency 1.9s p50, 3.8s p95, 4.0s max · first token 0.3s p50, 2.0s p95",
    "Slowest   request-17 4m 10s · case-4 4m 09s · request-3 4m 08s",
  ]);
  expect(lines.join("")).not.toContain("\u001b");
});

test("second copies are told with the money of those that lost", () => {
  const none = { sent: 0, won: 0, cost: 0, unknownCost: 0, atRisk: 0, unpricedAtRisk: 0 };
  const told = (hedges: Partial<typeof none>) =>
    summaryAt(140, midRun({ hedges: { ...none, ...hedges } })).match(/^Hedges .*$/m)?.[0];
  expect(told({})).toBeUndefined();
  expect(told({ sent: 1, won: 1, atRisk: 25_000_000 })).toBe(
    "Hedges    1 second copy sent · 1 answered first · $0.0025 at risk for those given up",
  );
  expect(told({ sent: 4, cost: 30_000_000, unpricedAtRisk: 2 })).toBe(
    "Hedges    4 second copies sent · 0 answered first · $0.0030 for second answers · 2 attempts of unknown cost at risk for those given up",
  );
});

test("a run in which all went well is short", () => {
  const run = tally({ answered: 1319, rejected: 0, failed: 0, atRisk: 0 });
  const snapshot = midRun({
    phase: "finished",
    done: 1319,
    run,
    inAll: run,
    cut: 0,
    filtered: 0,
    attempts: 1319,
    endings: { answered: 1319 },
    retries: 0,
    retriesByEnding: {},
    lanes: [],
  });
  expect(summaryAt(80, snapshot).split("\n")).toEqual([
    "Rows      1,319 rows · 1,319 answered",
    "Attempts  1,319 attempts · 1,319 answered · 0 retried",
    "Tokens    120,333 in (10,000 cached) · 203,111 out (99,000 reasoning)",
    "Money     $0.41 · nothing at risk",
    "Time      22s · 59.1/s · latency 1.9s p50, 3.8s p95, 4.0s max",
  ]);
});

test("a provider's long last word is told whole, harmless and within the columns", () => {
  const message = `\u001b[31m${"no more credits for team x ".repeat(12)}`;
  const summary = summaryAt(80, { ...finished, stopping: { reason: "account", message } });
  expect(summary).toContain("Stopped   no more credits for team x no more");
  expect(summary.match(/credits/g)).toHaveLength(12);
  expect(summary).not.toContain("\u001b");
  for (const line of summary.split("\n")) expect(displayWidth(line)).toBeLessThan(80);
});

test("a run that ended before a parked model opened says until when it would have waited", () => {
  const untilWall = new Date(2026, 10, 26, 0, 0, 3).getTime();
  const paused = { reason: "the daily limit is used up", untilWall, forMs: 18_000_000, parked: true };
  const snapshot = { ...finished, lanes: [{ ...LANE, paused }] };
  expect(summaryAt(140, snapshot)).toContain(
    "Parked    xai grok-4.3 until Thu Nov 26 00:00:03: the daily limit is used up",
  );
  expect(summaryJson(snapshot).parked).toEqual([
    { lane: "xai grok-4.3", reason: "the daily limit is used up", until: new Date(untilWall).toISOString() },
  ]);
  expect(summaryJson(finished).parked).toEqual([]);
});

describe("what to type next", () => {
  test("is nothing when every row is answered", () => {
    const inAll = tally({ answered: 1319, rejected: 0, failed: 0 });
    expect(nextSteps(midRun({ done: 1319, inAll }))).toEqual([]);
  });

  test("is every row again where no ledger keeps what was answered", () => {
    const inAll = tally({ answered: 1000, rejected: 0, failed: 1 });
    expect(nextSteps(midRun({ done: 1008, inAll }), false)).toEqual([
      "without a ledger the same command sends and pays for every row again",
    ]);
    const whole = tally({ answered: 1319, rejected: 0, failed: 0 });
    expect(nextSteps(midRun({ done: 1319, inAll: whole }), false)).toEqual([]);
  });

  test("counts rows that are not done among those the same command sends, and timed out ones not", () => {
    const inAll = tally({ answered: 1000, rejected: 0, failed: 1, unknown: 5, unsent: 2 });
    expect(nextSteps(midRun({ done: 1008, inAll, held: 5 }))).toEqual([
      "the same command again sends 314 rows",
      "--retry-unknown also sends the 5 rows that timed out, at the risk of paying twice",
    ]);
  });
});

describe("for programs", () => {
  test("the summary is one stable object in snake_case", () => {
    const json = summaryJson(finished);
    expect(json).toMatchObject({
      status: "incomplete",
      stop_reason: null,
      rows: 1319,
      done: 1319,
      answered: 1310,
      rejected: 4,
      failed: 3,
      unknown: 2,
      unsent: 0,
      input_tokens: 120_333,
      output_tokens: 203_111,
      attempts: 829,
      retries: 6,
      endings: { answered: 820, "http-500": 3 },
      copies: 0,
      cached_answers: 0,
      oldest_cached_seconds: 0,
      saved_usd: 0,
      cut_answers: 2,
      filtered_answers: 1,
      empty_answers: 0,
      timed_out: 1,
      wall_seconds: 22.3,
      latency_seconds: { p50: 1.9, p95: 3.8, max: 4 },
      this_run: { answered: 820, cost_usd: 0.4123, at_risk_usd: 0.0012 },
    });
    expect(json.limits[0]).toEqual({
      lane: "xai grok-4.3",
      dimension: "requests",
      per_window: 37,
      window_seconds: 1,
      source: "published",
      used_share: 0.991,
      used_now: 0.984,
    });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  test("money that is not wholly known is null, and the known part has a name of its own", () => {
    expect(summaryJson(finished)).toMatchObject({
      cost_usd: null,
      known_cost_usd: 0.4123,
      unknown_cost_answers: 3,
      at_risk_usd: null,
      known_at_risk_usd: 0.0012,
      unpriced_at_risk_attempts: 1,
    });
    const unknown = tally({ cost: 0, unknownCost: 820 });
    expect(summaryJson(midRun({ inAll: unknown }))).toMatchObject({ cost_usd: null, known_cost_usd: null });
    expect(summaryJson(midRun({ inAll: tally({ cost: 0 }) })).cost_usd).toBe(0);
  });

  test("the status tells complete, incomplete and stopped apart", () => {
    const all = tally({ answered: 1319, rejected: 0, failed: 0 });
    const stopping = { reason: "budget", message: "the budget is used up" };
    expect(summaryJson(midRun({ inAll: all, done: 1319, stopping })).status).toBe("complete");
    expect(summaryJson(midRun({ stopping }))).toMatchObject({ status: "stopped", stop_reason: "budget" });
    expect(summaryJson(finished).status).toBe("incomplete");
  });
});
