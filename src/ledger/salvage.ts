import type { DatabaseSync } from "node:sqlite";
import { type Book, emptyBook, noRows } from "./book.ts";
import { endingCode, endingOf, PENDING, statusCode } from "./codes.ts";
import { LongBodies } from "./long-bodies.ts";
import { ROW } from "./row-states.ts";
import { type Column, columnsOf, type StoredRow, salvageRows, unlessRefused } from "./salvage-rows.ts";

const STATES: ReadonlySet<unknown> = new Set(Object.values(ROW));
/** A row of a table takes at least so many bytes of the file. */
const LEAST_ROW_BYTES = 16;
/** No ledger has more; a number above it is damage. */
const MOST_WORDS = 100_000;

/** What the damaged ledger knew of itself; null where that cannot be read. */
export interface Remembered {
  book: Book | null;
  settings: string | null;
}

export function remembered(damaged: DatabaseSync): Remembered {
  const fact = (name: string) =>
    unlessRefused(() => damaged.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.value ?? null);
  const book = unlessRefused(() => JSON.parse(String(fact("book"))) as Book | null);
  const settings = fact("settings");
  return {
    book: Array.isArray(book?.states) ? { ...emptyBook(), ...book } : null,
    settings:
      typeof settings === "string" && unlessRefused(() => JSON.parse(settings)) !== null ? settings : null,
  };
}

/** Copies every row that can be read into a sound, empty ledger, within one transaction of whoever calls. */
export function salvage(damaged: DatabaseSync, sound: DatabaseSync, bytes: number, book: Book | null): void {
  const most = Math.ceil(bytes / LEAST_ROW_BYTES);
  copyTable(damaged, sound, { table: "word", key: "id", most });
  copyTable(damaged, sound, { table: "plan", key: "idx", most: book?.rows ?? most }, ({ state }) =>
    STATES.has(state),
  );
  copyTable(damaged, sound, { table: "retired", key: "id", most }, ({ state }) => STATES.has(state));
  copyTable(damaged, sound, { table: "attempt", key: "id", most: book?.nextAttempt ?? most });
  const bodies = new LongBodies(sound);
  const pieces = unlessRefused(() => new LongBodies(damaged));
  copyTable(
    damaged,
    sound,
    { table: "answer", key: "id", most: book?.nextAnswer ?? most },
    ({ id, body }) => {
      if (typeof body !== "number") return true;
      const answer = Number(id);
      const isWhole = unlessRefused(() => pieces?.isWhole(answer, body)) === true;
      const whole = isWhole ? unlessRefused(() => pieces?.load(answer, body) ?? null) : null;
      if (whole !== null) bodies.store(answer, whole);
      return whole !== null;
    },
  );
  nameLostWords(sound);
}

function copyTable(
  damaged: DatabaseSync,
  sound: DatabaseSync,
  from: { table: string; key: string; most: number },
  accept: (row: StoredRow) => boolean = () => true,
): void {
  const columns: Column[] = columnsOf(sound, from.table);
  const names = columns.map(({ name }) => name);
  const insert = sound.prepare(
    `INSERT OR IGNORE INTO ${from.table}(${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  );
  for (const row of salvageRows(damaged, { ...from, columns })) {
    if (accept(row)) insert.run(...names.map((name) => row[name] ?? null));
  }
}

/** Words are numbered without a gap: a lost one must not lend its number to the next that comes. */
function nameLostWords(sound: DatabaseSync): void {
  const last = sound
    .prepare(
      `SELECT max(n) AS n FROM (
         SELECT max(id) AS n FROM word UNION ALL SELECT max(lane) FROM plan UNION ALL SELECT max(code) FROM attempt
         UNION ALL SELECT max(error_code) FROM answer UNION ALL SELECT max(finish) FROM answer
         UNION ALL SELECT max(origin) FROM answer UNION ALL SELECT max(model) FROM answer)`,
    )
    .get();
  const name = sound.prepare("INSERT OR IGNORE INTO word(id, text) VALUES (?, ?)");
  const most = Math.min(Number(last?.n ?? 0), MOST_WORDS);
  for (let id = 1; id <= most; id += 1) name.run(id, `lost-word-${id}`);
}

/**
 * Rows whose outcome cannot be read go again. Those that were answered are remembered in `temp.missing`, with what
 * they cost: OUTPUT may still have them.
 */
export function reopenMissing(sound: DatabaseSync): void {
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

/** The sums of the salvaged rows; money, tokens and attempts as the damaged ledger told them, where it still can. */
export function bookOf(sound: DatabaseSync, known: Book | null): Book {
  const book = known ?? summedUp(sound);
  const one = (sql: string) => Number(Object.values(sound.prepare(sql).get() ?? {})[0] ?? 0);
  const states = noRows();
  for (const { state, n } of sound.prepare("SELECT state, count(*) AS n FROM plan GROUP BY state").all()) {
    states[Number(state)] = Number(n);
  }
  return {
    ...book,
    rows: one("SELECT max(idx) + 1 FROM plan"),
    states,
    retired: one("SELECT count(*) FROM retired"),
    pending: one(`SELECT count(*) FROM attempt WHERE ending = ${PENDING}`),
    pendingFrom: 1,
    nextAnswer: Math.max(book.nextAnswer, one("SELECT max(id) + 1 FROM answer")),
    nextAttempt: Math.max(book.nextAttempt, one("SELECT max(id) + 1 FROM attempt")),
    output: null,
  };
}

function summedUp(sound: DatabaseSync): Book {
  const book = emptyBook();
  const sums = (sql: string) => (sound.prepare(sql).get() ?? {}) as Record<string, number>;
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
