import type { DatabaseSync } from "node:sqlite";
import { type Book, emptyBook, noRows } from "./book.ts";
import { endingCode, endingOf, PENDING, statusCode } from "./codes.ts";
import { queryNumber, queryNumbers } from "./query-numbers.ts";

/** Money, tokens and attempts as the damaged ledger told them, where it still can; else what its rows come to. */
export function sumsOf(sound: DatabaseSync, known: Book | null): Book {
  return known ?? summedUp(sound);
}

/** The sums of a ledger, and how many of which rows it has now. */
export function bookOf(sound: DatabaseSync, sums: Book): Book {
  const one = (sql: string) => queryNumber(sound, sql);
  const states = noRows();
  for (const { state, n } of sound.prepare("SELECT state, count(*) AS n FROM plan GROUP BY state").all()) {
    states[Number(state)] = Number(n);
  }
  return {
    ...sums,
    rows: one("SELECT max(idx) + 1 FROM plan"),
    states,
    retired: one("SELECT count(*) FROM retired"),
    pending: one(`SELECT count(*) FROM attempt WHERE ending = ${PENDING}`),
    pendingFrom: 1,
    nextAnswer: one("SELECT coalesce(max(id), 0) + 1 FROM answer"),
    nextAttempt: one("SELECT coalesce(max(id), 0) + 1 FROM attempt"),
    output: null,
  };
}

function summedUp(sound: DatabaseSync): Book {
  const book = emptyBook();
  const sums = (sql: string) => queryNumbers(sound, sql);
  const attempts = sums(
    `SELECT coalesce(sum(cost), 0) AS cost, coalesce(sum(at_risk), 0) AS atRisk,
       coalesce(sum(at_risk IS NULL), 0) AS unpricedAtRisk,
       coalesce(sum(ending = ${endingCode("answered")} AND cost IS NULL), 0) AS unknownCost FROM attempt`,
  );
  const answers = sums(
    `SELECT coalesce(sum(status IN (${statusCode("answered")}, ${statusCode("rejected")})), 0) AS heard,
       coalesce(sum(simulated), 0) AS simulated FROM answer`,
  );
  const usage = sums(
    `SELECT coalesce(sum(input_tokens), 0) AS inputTokens, coalesce(sum(cached_tokens), 0) AS cachedTokens,
       coalesce(sum(output_tokens), 0) AS outputTokens, coalesce(sum(reasoning_tokens), 0) AS reasoningTokens,
       coalesce(sum(total_tokens), 0) AS totalTokens FROM answer`,
  );
  for (const { ending, n } of sound
    .prepare("SELECT ending, count(*) AS n FROM attempt GROUP BY ending")
    .all()) {
    const kind = endingOf(Number(ending));
    if (kind !== null && kind !== "pending") book.attempts[kind] = Number(n);
  }
  const plan = sums(
    "SELECT coalesce(max(plan), 0) AS plan FROM (SELECT plan FROM attempt UNION ALL SELECT plan FROM answer)",
  );
  return Object.assign(book, attempts, answers, plan, { usage: { ...book.usage, ...usage } });
}
