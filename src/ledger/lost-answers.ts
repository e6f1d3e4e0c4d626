import type { DatabaseSync } from "node:sqlite";
import { statusCode } from "./codes.ts";
import { FIRST_SETTLED, ROW } from "./row-states.ts";

/** No answer has this number. */
const NOWHERE = -1;

/**
 * A row may point to an answer that is not its own: one flipped bit does it. An answer of the current plan tells its
 * row, and no two rows have the same one; whatever contradicts that points nowhere from now on.
 */
function unlinkStrangers(sound: DatabaseSync, plan: number): void {
  sound.exec(`
    UPDATE plan SET answer = ${NOWHERE} WHERE state = ${ROW.answered} AND EXISTS (
      SELECT 1 FROM answer WHERE answer.id = plan.answer AND
        (answer.status <> ${statusCode("answered")} OR (answer.plan = ${plan} AND answer.idx <> plan.idx)));
    CREATE TEMP TABLE shared AS SELECT answer FROM (SELECT answer FROM plan UNION ALL SELECT answer FROM retired)
      WHERE answer > 0 GROUP BY answer HAVING count(*) > 1;
    UPDATE plan SET answer = ${NOWHERE} WHERE answer IN (SELECT answer FROM temp.shared);
    UPDATE retired SET answer = ${NOWHERE} WHERE answer IN (SELECT answer FROM temp.shared);
  `);
}

/**
 * Rows whose outcome cannot be read go again. Those that were answered are remembered in `temp.missing`, with what
 * they cost: OUTPUT may still have them.
 */
export function reopenMissing(sound: DatabaseSync, plan: number): void {
  unlinkStrangers(sound, plan);
  const unread = "answer IS NOT NULL AND answer NOT IN (SELECT id FROM answer)";
  sound.exec(`
    CREATE TEMP TABLE missing(idx INTEGER PRIMARY KEY, cost INTEGER);
    INSERT INTO temp.missing SELECT idx, cost FROM plan
      WHERE state = ${ROW.answered} AND (answer IS NULL OR ${unread});
    UPDATE plan SET answer = NULL, state = CASE
        WHEN state IN (${ROW.answered}, ${ROW.held}, ${ROW.doubtful}, ${ROW.againHeld}) THEN ${ROW.lost}
        WHEN state IN (${ROW.rejected}, ${ROW.failed}, ${ROW.unsent}, ${ROW.againRejected}, ${ROW.againFailed})
        THEN ${ROW.todo} ELSE state END
      WHERE (${unread}) OR idx IN (SELECT idx FROM temp.missing);
    DELETE FROM retired WHERE ${unread};
  `);
}

/** A row that is asked anew gets an answer to its own request: nothing of what was kept for it is left. */
export function forgetKept(sound: DatabaseSync): void {
  sound.exec(`UPDATE plan SET asked = NULL WHERE asked IS NOT NULL AND state < ${FIRST_SETTLED}`);
}

/** Rows that were answered and have no answer now, and what they cost. */
export function lostAnswers(sound: DatabaseSync): { rows: number; cost: number; unpriced: number } {
  const lost = sound
    .prepare(
      `SELECT count(*) AS n, coalesce(sum(missing.cost), 0) AS cost,
         coalesce(sum(missing.cost IS NULL), 0) AS unpriced
       FROM temp.missing JOIN plan USING (idx) WHERE plan.state = ${ROW.lost}`,
    )
    .get();
  return { rows: Number(lost?.n), cost: Number(lost?.cost), unpriced: Number(lost?.unpriced) };
}
