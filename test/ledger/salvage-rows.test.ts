import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { columnsOf, type StoredRow, salvageRows } from "../../src/ledger/salvage-rows.ts";
import { freshFolders } from "./folder.ts";

const freshFolder = freshFolders();
const PAGE = 4096;
const ROWS = 500;
const TABLE = "CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB)";

function tableOf(damage: (bytes: Buffer) => void): DatabaseSync {
  const path = join(freshFolder(), "things.db");
  const whole = new DatabaseSync(path);
  whole.exec(`${TABLE}; BEGIN`);
  const insert = whole.prepare("INSERT INTO thing VALUES (?, ?, ?)");
  for (let id = 1; id <= ROWS; id += 1)
    insert.run(id * 3, `thing ${id * 3}`, new Uint8Array(200).fill(id % 256));
  whole.exec("COMMIT");
  whole.close();
  const bytes = readFileSync(path);
  damage(bytes);
  writeFileSync(path, bytes);
  return new DatabaseSync(path, { readOnly: true });
}

function salvaged(database: DatabaseSync): StoredRow[] {
  const sound = new DatabaseSync(":memory:");
  sound.exec(TABLE);
  const columns = columnsOf(sound, "thing");
  return [...salvageRows(database, { table: "thing", key: "id", columns, most: 4000 })];
}

describe("rows of a damaged table", () => {
  it("are all read where nothing is damaged, gaps between their keys or not", () => {
    const rows = salvaged(tableOf(() => {}));
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: ROWS }, (_, place) => (place + 1) * 3));
  });

  it.each([
    ["a page in the middle", (bytes: Buffer) => bytes.fill(0xa5, 10 * PAGE, 11 * PAGE)],
    ["the last page", (bytes: Buffer) => bytes.fill(0xa5, bytes.length - PAGE)],
    ["the first rows' page", (bytes: Buffer) => bytes.fill(0xa5, 2 * PAGE, 3 * PAGE)],
  ])("are read but for those of %s", (_title, damage) => {
    const rows = salvaged(tableOf(damage));
    expect(rows.length).toBeGreaterThan(ROWS - 40);
    expect(rows.length).toBeLessThan(ROWS);
    for (const { id, name } of rows) expect(name).toBe(`thing ${id}`);
  });

  it("are none where the table itself is gone", () => {
    expect(salvaged(tableOf((bytes) => bytes.fill(0xa5, PAGE, 2 * PAGE)))).toEqual([]);
    expect(salvaged(tableOf((bytes) => bytes.fill(0xa5, 100, PAGE)))).toEqual([]);
  });

  it("are passed over where a value is of another kind than its column", () => {
    const other = new DatabaseSync(":memory:");
    other.exec("CREATE TABLE thing(id INTEGER PRIMARY KEY, name, body)");
    other.exec(
      "INSERT INTO thing VALUES (1, 'one', NULL), (2, 2.5, NULL), (3, NULL, NULL), (4, 'four', 'text')",
    );
    expect(salvaged(other).map(({ id }) => id)).toEqual([1]);
  });
});
