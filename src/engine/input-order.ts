import type { SettledRow } from "../model/outcome.ts";
import { BATCH_BYTES, BATCH_ROWS, type DeliveryParts, SingleFlight } from "./delivery.ts";

/** Settled rows kept in memory until their turn comes; the others wait on disk. */
const WINDOW_BYTES = 4 * 1024 * 1024;
const WINDOW_ROWS = 1024;

/** Row i is written when all before it are; what arrives early waits in a bounded window, then on disk. */
export class InputOrder extends SingleFlight {
  #next: number;
  readonly #window = new Map<number, SettledRow>();
  #windowBytes = 0;
  /**
   * Settled rows that are neither delivered nor in the window: the ledger has them. Below zero for a moment where
   * the ledger gave a row out before word of it came.
   */
  #elsewhere: number;
  /** The index at which the ledger was last found to have nothing. */
  #absent = -1;

  /** `from` = first index to deliver; `elsewhere` = rows from there on that are settled already. */
  constructor(parts: DeliveryParts, from: number, elsewhere: number) {
    super(parts);
    this.#next = from;
    this.#elsewhere = elsewhere;
  }

  /** Rows kept in memory. */
  get heldRows(): number {
    return this.#window.size;
  }

  /** Bytes of their bodies. */
  get heldBytes(): number {
    return this.#windowBytes;
  }

  override settled(row: SettledRow): void {
    this.count();
    const bytes = row.body?.length ?? 0;
    const fits = this.#windowBytes + bytes <= WINDOW_BYTES && this.#window.size < WINDOW_ROWS;
    if (row.index < this.#next || !(fits || row.index === this.#next)) {
      this.stored(row.index);
      return;
    }
    this.#window.set(row.index, row);
    this.#windowBytes += bytes;
    if (row.index === this.#next) this.wake();
  }

  override stored(index: number): void {
    this.#elsewhere += 1;
    if (index === this.#absent) this.#absent = -1;
    if (index <= this.#next) this.wake();
  }

  protected override position(): number {
    return this.#next;
  }

  protected override async batch(): Promise<readonly SettledRow[]> {
    const rows: SettledRow[] = [];
    let bytes = 0;
    for (let row = this.#window.get(this.#next); row !== undefined; row = this.#window.get(this.#next)) {
      if (rows.length === BATCH_ROWS || bytes > BATCH_BYTES) break;
      rows.push(row);
      bytes += row.body?.length ?? 0;
      this.#window.delete(this.#next);
      this.#next += 1;
    }
    this.#windowBytes -= bytes;
    if (rows.length > 0 || this.#elsewhere === 0 || this.#absent === this.#next) return rows;
    return this.#fromLedger();
  }

  async #fromLedger(): Promise<readonly SettledRow[]> {
    const from = this.#next;
    this.#absent = from;
    const rows = await this.parts.ledger.read(from, BATCH_ROWS, BATCH_BYTES);
    // What was settled at this very index in the meantime is in the window, or took the mark of absence away.
    if (rows.length === 0) return this.#window.has(from) || this.#absent !== from ? this.batch() : rows;
    for (const row of rows) {
      const held = this.#window.get(row.index);
      if (held === undefined) this.#elsewhere -= 1;
      else {
        this.#window.delete(row.index);
        this.#windowBytes -= held.body?.length ?? 0;
      }
    }
    this.#absent = -1;
    this.#next = from + rows.length;
    return rows;
  }
}
