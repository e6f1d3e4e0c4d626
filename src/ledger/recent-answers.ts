import type { DatabaseSync } from "node:sqlite";
import { endingCode, statusCode } from "./codes.ts";
import { type AnswerSample, RECENT_ANSWERS } from "./experience.ts";
import type { LedgerState } from "./ledger-state.ts";

/** Attempts looked through for the latencies of the latest answers. */
const RECENT_ATTEMPTS = 4 * RECENT_ANSWERS;

/** What cost nothing by nobody's word was not sent: a copy, or an answer of the cache. */
const WAS_SENT = "(answer.cost IS NULL OR answer.cost_source IS NOT NULL)";

/** Both tables are read at their ends only, however many rows they have. */
const SQL = `
WITH ended AS MATERIALIZED (
  SELECT plan, idx, max(latency) AS latency FROM attempt WHERE id >= ? AND ending = ? GROUP BY plan, idx
)
SELECT plan.lane AS lane, answer.model AS model, answer.cost AS cost,
  answer.input_tokens AS input, answer.output_tokens AS output, ended.latency AS latency
FROM answer
  LEFT JOIN plan ON plan.idx = answer.idx AND plan.answer = answer.id
  LEFT JOIN ended ON ended.plan = answer.plan AND ended.idx = answer.idx
WHERE answer.id >= ? AND answer.status = ? AND ${WAS_SENT}`;

/** The latest answers; one whose row has moved or left the plan counts for the model that gave it. */
export function recentAnswers(database: DatabaseSync, { book, words }: LedgerState): AnswerSample[] {
  const firstAttempt = book.nextAttempt - RECENT_ATTEMPTS;
  const firstAnswer = book.nextAnswer - RECENT_ANSWERS;
  const rows = database
    .prepare(SQL)
    .all(firstAttempt, endingCode("answered"), firstAnswer, statusCode("answered"));
  return rows.flatMap((row) => {
    const lane = words.text(number(row.lane)) ?? words.text(number(row.model));
    if (lane === null) return [];
    return {
      lane,
      cost: number(row.cost),
      inputTokens: number(row.input),
      outputTokens: number(row.output),
      latencyMs: number(row.latency),
    };
  });
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
