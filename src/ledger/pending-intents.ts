import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PENDING } from "./codes.ts";

/** An intent whose ending is not written yet. */
export interface PendingIntent {
  attempt: number;
  atRisk: number | null;
}

/**
 * Which attempts of a row wait for their endings: one, or with `--hedge` two. Bounded by what is in flight; each map in
 * order of intent, so that the ledger can be searched from the oldest when it is opened again.
 */
export class PendingIntents {
  readonly #first = new Map<number, PendingIntent>();
  /** Of rows whose first intent waits, too. */
  readonly #second = new Map<number, PendingIntent>();
  readonly #stored: StatementSync;

  constructor(database: DatabaseSync) {
    this.#stored = database.prepare(
      "SELECT id, idx, at_risk FROM attempt WHERE id >= ? AND ending = ? ORDER BY id",
    );
  }

  /** Reads what is stored: at the start, and after a transaction that was rolled back. */
  reload(from: number): void {
    this.clear();
    for (const { id, idx, at_risk } of this.#stored.all(from, PENDING)) {
      this.add(Number(idx), { attempt: Number(id), atRisk: at_risk === null ? null : Number(at_risk) });
    }
  }

  add(index: number, intent: PendingIntent): void {
    (this.#first.has(index) ? this.#second : this.#first).set(index, intent);
  }

  /** Takes the only intent of a row; of two the older, or the newer where a second copy ended. */
  take(index: number, isHedge: boolean): PendingIntent | null {
    const [likely, other] = isHedge ? [this.#second, this.#first] : [this.#first, this.#second];
    const from = likely.has(index) ? likely : other;
    const intent = from.get(index) ?? null;
    from.delete(index);
    return intent;
  }

  clear(): void {
    this.#first.clear();
    this.#second.clear();
  }

  /** The oldest attempt without an ending, or null. */
  oldest(): number | null {
    const first = oldestOf(this.#first);
    const second = this.#second.size === 0 ? null : oldestOf(this.#second);
    return first === null || second === null ? (first ?? second) : Math.min(first, second);
  }

  /** Every pending intent with its row. */
  *entries(): Iterable<[number, PendingIntent]> {
    yield* this.#first;
    yield* this.#second;
  }
}

function oldestOf(intents: ReadonlyMap<number, PendingIntent>): number | null {
  for (const { attempt } of intents.values()) return attempt;
  return null;
}
