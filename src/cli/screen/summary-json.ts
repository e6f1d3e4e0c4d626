import { ticksToUsd } from "../../model/money.ts";
import type { Snapshot, Tally } from "../../observe/index.ts";

/** Outcomes, tokens and money under the names of `--json`. Money is USD; null = unknown, never zero in its place. */
function tallyJson(tally: Tally) {
  const { answered, rejected, failed, unknown, unsent, usage } = tally;
  return {
    answered,
    rejected,
    failed,
    unknown,
    unsent,
    input_tokens: usage.inputTokens,
    cached_tokens: usage.cachedTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: tally.unknownCost > 0 ? null : ticksToUsd(tally.cost),
    known_cost_usd: knownUsd(tally.cost, tally.unknownCost),
    unknown_cost_answers: tally.unknownCost,
    at_risk_usd: tally.unpricedAtRisk > 0 ? null : ticksToUsd(tally.atRisk),
    known_at_risk_usd: knownUsd(tally.atRisk, tally.unpricedAtRisk),
    unpriced_at_risk_attempts: tally.unpricedAtRisk,
  };
}

/**
 * The summary for programs (`--json`): a stable object. Counts, tokens and money at the top are those of all runs
 * over this ledger; `this_run` has this run's; attempts, times and limits are always this run's.
 */
export function summaryJson(snapshot: Snapshot) {
  const { hedges, inAll, run, stopping, lanes } = snapshot;
  return {
    status: statusOf(snapshot),
    stop_reason: stopping?.reason ?? null,
    stop_message: stopping?.message ?? null,
    rows: snapshot.rows,
    done: snapshot.done,
    ...tallyJson(inAll),
    timed_out: snapshot.held,
    attempts: snapshot.attempts,
    throttled: snapshot.throttled,
    endings: snapshot.endings,
    retries: snapshot.retries,
    retries_by_ending: snapshot.retriesByEnding,
    hedges: hedges.sent,
    hedges_won: hedges.won,
    hedge_cost_usd: hedges.unknownCost > 0 ? null : ticksToUsd(hedges.cost),
    hedge_at_risk_usd: hedges.unpricedAtRisk > 0 ? null : ticksToUsd(hedges.atRisk),
    copies: snapshot.copies,
    cached_answers: snapshot.kept.answers,
    oldest_cached_seconds: seconds(snapshot.kept.oldestMs),
    saved_usd: snapshot.kept.unpriced > 0 ? null : ticksToUsd(snapshot.kept.saved),
    cut_answers: snapshot.cut,
    filtered_answers: snapshot.filtered,
    empty_answers: snapshot.empty,
    wall_seconds: seconds(snapshot.wallMs),
    latency_seconds: latencyJson(snapshot.latency),
    first_token_seconds: latencyJson(snapshot.firstToken),
    slowest_rows: snapshot.slowest.map(({ label, ms }) => ({ custom_id: label, seconds: seconds(ms) })),
    limits: limitsJson(lanes),
    parked: parkedJson(lanes),
    this_run: tallyJson(run),
  };
}

/** How a run stands while it is going (`status --json`): what its own screen shows, apart from what the ledger tells. */
export function liveJson(snapshot: Snapshot) {
  const { bound, etaMs, inFlight, lanes, phase, rate, tokensPerSecond } = snapshot;
  return {
    phase,
    in_flight: inFlight,
    rows_per_second: Number(rate.toFixed(3)),
    tokens_per_second: Math.round(tokensPerSecond),
    eta_seconds: etaMs === null ? null : seconds(etaMs),
    bound_by: bound?.by ?? null,
    limits: limitsJson(lanes),
    parked: parkedJson(lanes),
  };
}

export function latencyJson(latency: Snapshot["latency"]) {
  if (latency === null) return null;
  return { p50: seconds(latency.p50), p95: seconds(latency.p95), max: seconds(latency.max) };
}

/** Models that wait for long, and until when. */
function parkedJson(lanes: Snapshot["lanes"]) {
  return lanes.flatMap(({ lane, paused }) =>
    paused?.parked !== true ? [] : [{ lane, reason: paused.reason, until: isoTime(paused.untilWall) }],
  );
}

/** `used_share` is the run's, from its first to its last request; `used_now` that of the present window. */
function limitsJson(lanes: Snapshot["lanes"]) {
  return lanes.flatMap(({ lane, limits }) =>
    limits.map(({ dimension, perWindow, windowMs, source, cumulativeShare, usedShare }) => ({
      lane,
      dimension,
      per_window: perWindow,
      window_seconds: seconds(windowMs),
      source,
      used_share: Number(cumulativeShare.toFixed(4)),
      used_now: Number(usedShare.toFixed(4)),
    })),
  );
}

/** complete = every row answered; stopped = the provider, the budget or a signal ended the run before its last row. */
function statusOf({ rows, inAll, stopping, done }: Snapshot): "complete" | "incomplete" | "stopped" {
  if (inAll.answered === rows) return "complete";
  return stopping !== null && done < rows ? "stopped" : "incomplete";
}

/** The part that is known, even if some is not; null when nothing is known. */
function knownUsd(ticks: number, unknown: number): number | null {
  return ticks === 0 && unknown > 0 ? null : ticksToUsd(ticks);
}

function isoTime(wall: number | null): string | null {
  return wall === null ? null : new Date(wall).toISOString();
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
