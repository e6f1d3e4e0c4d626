import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Strings that come again and again (lanes, codes, models, origins), each stored once. */
export class Words {
  readonly #numbers = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  readonly #all: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare("SELECT id, text FROM word");
    this.#insert = database.prepare("INSERT INTO word(id, text) VALUES (?, ?)");
    this.reload();
  }

  /** Reads what is stored: at the start, and after a transaction that was rolled back. */
  reload(): void {
    this.#numbers.clear();
    this.#texts.clear();
    for (const { id, text } of this.#all.all()) this.#remember(Number(id), String(text));
  }

  /** The number of a word; an unknown one is stored within the current transaction. */
  number(word: string): number {
    const text = word.toWellFormed();
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const id = this.#numbers.size + 1;
    this.#insert.run(id, text);
    this.#remember(id, text);
    return id;
  }

  optional(text: string | null): number | null {
    return text === null ? null : this.number(text);
  }

  /** The number of a word, if it is stored; asking stores nothing. */
  find(text: string): number | null {
    return this.#numbers.get(text.toWellFormed()) ?? null;
  }

  text(id: number | null): string | null {
    return id === null ? null : (this.#texts.get(id) ?? null);
  }

  #remember(id: number, text: string): void {
    this.#numbers.set(text, id);
    this.#texts.set(id, text);
  }
}
