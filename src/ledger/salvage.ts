import type { DatabaseSync } from "node:sqlite";
import type { Book } from "./book.ts";
import { LongBodies } from "./long-bodies.ts";
import { ROW } from "./row-states.ts";
import { type Column, columnsOf, type StoredRow, salvageRows, unlessRefused } from "./salvage-rows.ts";

const STATES: ReadonlySet<unknown> = new Set(Object.values(ROW));
/** No ledger has more; a number above it is damage. */
const MOST_WORDS = 100_000;

const SUMS = [
  "commits",
  "plan",
  "cost",
  "unknownCost",
  "atRisk",
  "unpricedAtRisk",
  "heard",
  "simulated",
] as const;

/** What the damaged ledger knew of itself; null where that cannot be read. */
export interface Remembered {
  book: Book | null;
  settings: string | null;
}

export function remembered(damaged: DatabaseSync): Remembered {
  const fact = (name: string) =>
    unlessRefused(() => damaged.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.value ?? null);
  const book = unlessRefused(() => JSON.parse(String(fact("book"))) as Book | null);
  const isBook =
    book !== null && Array.isArray(book.states) && SUMS.every((name) => Number.isSafeInteger(book[name]));
  const settings = fact("settings");
  return {
    book: isBook ? book : null,
    settings:
      typeof settings === "string" && unlessRefused(() => JSON.parse(settings)) !== null ? settings : null,
  };
}

/** Copies every row that can be read into a sound, empty ledger, within one transaction of whoever calls. */
export function salvage(damaged: DatabaseSync, sound: DatabaseSync, bytes: number): void {
  // No key is above the size of the file: a higher one is damage.
  const copy = (table: string, key: string, accept?: (row: StoredRow) => boolean) =>
    copyTable(damaged, sound, { table, key, most: bytes }, accept);
  const isKnown = ({ state }: StoredRow) => STATES.has(state);
  copy("word", "id");
  copy("plan", "idx", isKnown);
  copy("retired", "id", isKnown);
  copy("attempt", "id");
  const bodies = new LongBodies(sound);
  const pieces = unlessRefused(() => new LongBodies(damaged));
  copy("answer", "id", ({ id, body }) => {
    if (typeof body !== "number") return true;
    const answer = Number(id);
    const isWhole = unlessRefused(() => pieces?.isWhole(answer, body)) === true;
    const whole = isWhole ? unlessRefused(() => pieces?.load(answer, body) ?? null) : null;
    if (whole !== null) bodies.store(answer, whole);
    return whole !== null;
  });
  nameLostWords(sound);
}

function copyTable(
  damaged: DatabaseSync,
  sound: DatabaseSync,
  from: { table: string; key: string; most: number },
  accept: (row: StoredRow) => boolean = () => true,
): void {
  const columns = columnsToCopy(damaged, sound, from.table);
  const names = columns.map(({ name }) => name);
  const insert = sound.prepare(
    `INSERT OR IGNORE INTO ${from.table}(${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  );
  for (const row of salvageRows(damaged, { ...from, columns })) {
    if (accept(row)) insert.run(...names.map((name) => row[name] ?? null));
  }
}

/** A ledger of an older schema has fewer: to ask for one that it lacks would lose every row. */
function columnsToCopy(damaged: DatabaseSync, sound: DatabaseSync, table: string): Column[] {
  const columns = columnsOf(sound, table);
  const there = new Set(unlessRefused(() => columnsOf(damaged, table))?.map(({ name }) => name));
  return there.size === 0 ? columns : columns.filter(({ name }) => there.has(name));
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
