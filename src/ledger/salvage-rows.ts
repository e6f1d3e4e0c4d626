import type { DatabaseSync } from "node:sqlite";

export type StoredValue = string | number | Uint8Array | null;
export type StoredRow = Record<string, StoredValue>;

/** A column as the sound table declares it. */
export interface Column {
  name: string;
  type: string;
  required: boolean;
}

export interface SalvageOptions {
  table: string;
  /** The table's integer key. */
  key: string;
  columns: readonly Column[];
  /** The highest key there can be. */
  most: number;
}

/** Keys asked for at once: a body may lie under each. */
const PAGE_KEYS = 64;
/** Where the end of a table cannot be read, so many keys refused in a row lie beyond it: no page hides as many rows. */
const GIVE_UP_AFTER = 20_480;

/**
 * Every row of a damaged table that can be read and looks like one. A range that SQLite refuses is halved until the
 * keys that cannot be read are found, and these are passed over.
 */
export function* salvageRows(database: DatabaseSync, options: SalvageOptions): Generator<StoredRow> {
  const { table, key, columns, most } = options;
  const names = columns.map(({ name }) => name).join(", ");
  const ask = unlessRefused(() =>
    database.prepare(`SELECT ${names} FROM ${table} WHERE ${key} BETWEEN ? AND ? ORDER BY ${key}`),
  );
  if (ask === null) return;
  const end = lastKey(database, table, key);
  const last = Math.min(end ?? most, most);
  const patience = end === null ? GIVE_UP_AFTER : Number.POSITIVE_INFINITY;
  let refused = 0;
  function* within(from: number, to: number): Generator<StoredRow> {
    const rows = unlessRefused(() => ask?.all(from, to) as StoredRow[]);
    if (rows !== null) {
      refused = 0;
      for (const row of rows) if (isWhole(row, columns)) yield row;
      return;
    }
    if (from === to) {
      refused += 1;
      return;
    }
    const middle = Math.floor((from + to) / 2);
    yield* within(from, middle);
    yield* within(middle + 1, to);
  }
  for (let from = 0; from <= last && refused < patience; from += PAGE_KEYS) {
    yield* within(from, Math.min(from + PAGE_KEYS - 1, last));
  }
}

/** The columns of a sound table. */
export function columnsOf(database: DatabaseSync, table: string): Column[] {
  return database
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name, type, notnull, pk }) => ({
      name: String(name),
      type: String(type),
      required: notnull === 1 || pk === 1,
    }));
}

/** What is read of a damaged file, or null where SQLite refuses. */
export function unlessRefused<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function lastKey(database: DatabaseSync, table: string, key: string): number | null {
  const row = unlessRefused(() => database.prepare(`SELECT max(${key}) AS last FROM ${table}`).get());
  if (row === null) return null;
  return typeof row?.last === "number" ? row.last : -1;
}

/** Damage that SQLite does not notice shows itself in values of another kind. */
function isWhole(row: StoredRow, columns: readonly Column[]): boolean {
  return columns.every(({ name, type, required }) => {
    const value = row[name] ?? null;
    if (value === null) return !required;
    if (type === "INTEGER") return Number.isSafeInteger(value);
    // Long bodies are told by their length, and text that is no UTF-8 is stored as bytes.
    if (type === "BLOB")
      return value instanceof Uint8Array || (name === "body" && Number.isSafeInteger(value));
    return typeof value === "string" || value instanceof Uint8Array;
  });
}
