import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { PlanRow } from "../model/plan.ts";
import type { LedgerState } from "./ledger-state.ts";
import { storedText } from "./stored-text.ts";

/** The kinds of a staged row, as numbers. Only in a temporary table: no file remembers them. */
export const KIND = { request: 0, blank: 1, invalid: 2 } as const;

const COLUMNS = "idx, line, start, size, identity, given, request, source, custom_id, lane, kind, problem";

/**
 * The rows of the next plan, as they come in. They lie in a temporary table, on disk beyond the page cache: nothing
 * of a plan that is never adopted reaches the ledger, and a process that dies leaves nothing to clear away.
 */
export class Staging {
  readonly #database: DatabaseSync;
  readonly #state: LedgerState;
  #insert: StatementSync | null = null;
  #rows = 0;

  constructor(database: DatabaseSync, state: LedgerState) {
    this.#database = database;
    this.#state = state;
  }

  /** Rows staged so far. */
  get rows(): number {
    return this.#rows;
  }

  add(rows: Iterable<PlanRow>): void {
    const insert = this.prepare();
    const { words } = this.#state;
    this.#database.exec("BEGIN");
    let added = 0;
    try {
      for (const row of rows) {
        insert.run(
          this.#rows + added,
          row.line,
          row.offset,
          row.length,
          row.key,
          row.keyGiven ? 1 : 0,
          row.requestHash,
          row.sourceHash,
          storedText(row.customId),
          words.number(row.lane),
          KIND[row.kind],
          row.problem,
        );
        added += 1;
      }
      this.#database.exec("COMMIT");
      this.#rows += added;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      words.reload();
      throw error;
    }
  }

  /** Makes the table if nothing is staged yet: an empty plan is a plan. */
  prepare(): StatementSync {
    if (this.#insert !== null) return this.#insert;
    this.#database.exec(`CREATE TEMP TABLE staged(
      idx INTEGER PRIMARY KEY, line INTEGER, start INTEGER, size INTEGER, identity BLOB, given INTEGER,
      request BLOB, source BLOB, custom_id TEXT, lane INTEGER, kind INTEGER, problem TEXT)`);
    this.#insert = this.#database.prepare(
      `INSERT INTO temp.staged(${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    return this.#insert;
  }

  /** Forgets what is staged. A change of `temp_store` drops every temporary table and gives its disk space back. */
  clear(): void {
    this.#insert = null;
    this.#rows = 0;
    this.#database.exec("PRAGMA temp_store = MEMORY; PRAGMA temp_store = FILE;");
  }
}
