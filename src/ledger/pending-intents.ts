import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PENDING } from "./codes.ts";

/** An intent whose ending is not written yet. */
export interface PendingIntent {
  attempt: number;
  atRisk: number | null;
}

/**
 * Which attempt of a row waits for its ending. Bounded by what is in flight; in order of intent, so that the
 * first entry is the oldest and the ledger can be searched from there when it is opened again.
 */
export class PendingIntents {
  readonly #byRow = new Map<number, PendingIntent[]>();
  readonly #stored: StatementSync;

  constructor(database: DatabaseSync) {
    this.#stored = database.prepare(
      "SELECT id, idx, at_risk FROM attempt WHERE id >= ? AND ending = ? ORDER BY id",
    );
  }

  /** Reads what is stored: at the start, and after a transaction that was rolled back. */
  reload(from: number): void {
    this.#byRow.clear();
    for (const { id, idx, at_risk } of this.#stored.all(from, PENDING)) {
      this.add(Number(idx), { attempt: Number(id), atRisk: at_risk === null ? null : Number(at_risk) });
    }
  }

  add(index: number, intent: PendingIntent): void {
    const others = this.#byRow.get(index);
    if (others === undefined) this.#byRow.set(index, [intent]);
    else others.push(intent);
  }

  /** Takes the oldest intent of a row. */
  take(index: number): PendingIntent | null {
    const intents = this.#byRow.get(index);
    const first = intents?.shift();
    if (intents?.length === 0) this.#byRow.delete(index);
    return first ?? null;
  }

  clear(): void {
    this.#byRow.clear();
  }

  /** The oldest attempt without an ending, or null. */
  oldest(): number | null {
    for (const intents of this.#byRow.values()) return intents[0]?.attempt ?? null;
    return null;
  }

  /** Every pending intent with its row. */
  *entries(): Iterable<[number, PendingIntent]> {
    for (const [index, intents] of this.#byRow) for (const intent of intents) yield [index, intent];
  }
}
