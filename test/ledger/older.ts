import { DatabaseSync } from "node:sqlite";

/** What each schema added, taken away again. */
const UNDONE: readonly (readonly [schema: number, sql: string])[] = [
  [5, "ALTER TABLE plan DROP COLUMN asked; ALTER TABLE retired DROP COLUMN asked"],
  [4, "ALTER TABLE attempt DROP COLUMN first_token"],
  [3, "ALTER TABLE answer DROP COLUMN leader"],
  [2, "DROP TABLE piece"],
];

/** Makes a closed ledger one of an older schema. */
export function makeOlder(path: string, schema: number): void {
  const database = new DatabaseSync(path);
  for (const [added, sql] of UNDONE) if (added > schema) database.exec(sql);
  database.exec(`PRAGMA user_version = ${schema}`);
  database.close();
}
