import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { PlanSettings } from "../model/plan.ts";
import { type Book, emptyBook } from "./book.ts";
import { PendingIntents } from "./pending-intents.ts";
import { Words } from "./words.ts";

/**
 * What the writer keeps in memory beside its file: the running sums, the words, the intents under way. All of it is
 * written within the transaction it describes, so after a rollback it is read again.
 */
export class LedgerState {
  readonly database: DatabaseSync;
  readonly words: Words;
  readonly pending: PendingIntents;
  book: Book = emptyBook();
  /**
   * What this run opens again, from state to state; null until `begin` resolved what the last process left. From
   * then on, pending means in flight.
   */
  reopening: ReadonlyMap<number, number> | null = null;
  /** This run sends one of several equal rows. */
  dedupe = false;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(database: DatabaseSync) {
    this.database = database;
    this.words = new Words(database);
    this.pending = new PendingIntents(database);
    this.#read = database.prepare("SELECT value FROM meta WHERE name = ?");
    this.#write = database.prepare(
      "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
    );
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.reload();
  }

  reload(): void {
    this.words.reload();
    const stored = this.#value("book");
    // One of an older Sluice has fewer entries.
    this.book = { ...emptyBook(), ...(stored === null ? null : (JSON.parse(stored) as Book)) };
    this.pending.reload(this.book.pendingFrom);
  }

  settings(): PlanSettings | null {
    const stored = this.#value("settings");
    return stored === null ? null : (JSON.parse(stored) as PlanSettings);
  }

  remember(settings: PlanSettings): void {
    this.#write.run("settings", JSON.stringify(settings));
  }

  /** Runs `work` and stores the book in one transaction; when anything fails, nothing of it happened. */
  transaction<Result>(work: () => Result): Result {
    this.#begin.run();
    try {
      const result = work();
      this.book.commits += 1;
      this.book.pendingFrom = this.pending.oldest() ?? this.book.nextAttempt;
      this.#write.run("book", JSON.stringify(this.book));
      this.#commit.run();
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      this.reload();
      throw error;
    }
  }

  #value(name: string): string | null {
    const row = this.#read.get(name);
    return row === undefined ? null : String(row.value);
  }
}
