import type { DatabaseSync } from "node:sqlite";

/** The numbers of a query's one row, by column. */
export function queryNumbers(database: DatabaseSync, sql: string): Record<string, number> {
  return (database.prepare(sql).get() ?? {}) as Record<string, number>;
}

/** The one number that a query or a pragma tells; 0 where it tells nothing. */
export function queryNumber(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
}
