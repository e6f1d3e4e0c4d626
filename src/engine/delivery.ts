import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Sink } from "../model/sink.ts";

/** Settled rows kept in memory until their turn comes; the others wait on disk. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const WINDOW_ROWS = 8192;
/** One batch for the sink. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_ROWS = 1024;
/** So many rows settled while the sink sat on one write: it is slow, and the line waits for it. */
const BACKLOG_ROWS = 4096;

/** Brings settled, durable rows to the sink in the asked order. */
export interface Delivery {
  /** A row is settled and durable. */
  settled(row: SettledRow): void;
  /** A row that was settled in an earlier run only now joined the plan. */
  settledBefore(index: number): void;
  /** The sink is too far behind: nothing new is started until it has caught up. */
  isFull(): boolean;
  /** Resolves when all that can be delivered was. */
  finish(): Promise<void>;
}

export interface DeliveryParts {
  ledger: Ledger;
  sink: Sink;
  /** Called after each write: every row below this index is delivered. */
  delivered: (next: number) => void;
  failed: (error: unknown) => void;
}

abstract class SingleFlight implements Delivery {
  protected readonly parts: DeliveryParts;
  #running: Promise<void> | null = null;
  #again = false;
  #writing = false;
  /** Rows settled while the sink sat on one write. */
  #backlog = 0;

  constructor(parts: DeliveryParts) {
    this.parts = parts;
  }

  abstract settled(row: SettledRow): void;
  abstract settledBefore(index: number): void;
  /** The next rows to write, or none. */
  protected abstract batch(): Promise<readonly SettledRow[]>;
  protected abstract position(): number;

  isFull(): boolean {
    return this.#backlog > BACKLOG_ROWS;
  }

  async finish(): Promise<void> {
    this.wake();
    while (this.#running !== null) await this.#running;
  }

  protected count(): void {
    if (this.#writing) this.#backlog += 1;
  }

  protected wake(): void {
    this.#again = true;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (let rows = await this.batch(); rows.length > 0; rows = await this.batch()) {
          this.#writing = true;
          await this.parts.sink.write(rows);
          this.#writing = false;
          this.#backlog = 0;
          this.parts.delivered(this.position());
        }
      }
    } catch (error) {
      this.parts.failed(error);
    } finally {
      this.#running = null;
    }
  }
}

/** Input order: row i is written when all before it are; what arrives early waits in a bounded window, then on disk. */
export class InputOrder extends SingleFlight {
  #next: number;
  readonly #window = new Map<number, SettledRow>();
  #windowBytes = 0;
  /** Settled rows that are neither delivered nor in the window: the ledger has them. */
  #elsewhere: number;
  /** The index at which the ledger was last found to have nothing. */
  #absent = -1;

  /** `from` = first index to deliver; `elsewhere` = rows from there on that are settled already. */
  constructor(parts: DeliveryParts, from: number, elsewhere: number) {
    super(parts);
    this.#next = from;
    this.#elsewhere = elsewhere;
  }

  override settled(row: SettledRow): void {
    if (row.index < this.#next) return;
    this.count();
    const bytes = row.body?.length ?? 0;
    const fits = this.#windowBytes + bytes <= WINDOW_BYTES && this.#window.size < WINDOW_ROWS;
    if (fits || row.index === this.#next) {
      this.#window.set(row.index, row);
      this.#windowBytes += bytes;
    } else {
      this.#elsewhere += 1;
    }
    if (row.index === this.#absent) this.#absent = -1;
    if (row.index === this.#next) this.wake();
  }

  override settledBefore(index: number): void {
    this.#elsewhere += 1;
    if (index === this.#absent) this.#absent = -1;
    if (index === this.#next) this.wake();
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

/** Completion order: the ledger's own order of settling, read in pages, so that a rerun goes on where this one ended. */
export class CompletionOrder extends SingleFlight {
  #sequence = 0;
  /** Every row below this index was delivered; those above it that were, too, are remembered one by one. */
  #low = 0;
  readonly #ahead = new Set<number>();
  /** Rows that an earlier run delivered: passed over. */
  #toSkip: number;

  /** `delivered` = how many rows of this order were delivered before. */
  constructor(parts: DeliveryParts, delivered: number) {
    super(parts);
    this.#toSkip = delivered;
  }

  override settled(): void {
    this.count();
    this.wake();
  }

  override settledBefore(): void {
    this.wake();
  }

  protected override position(): number {
    return this.#low;
  }

  protected override async batch(): Promise<readonly SettledRow[]> {
    for (;;) {
      const page = await this.parts.ledger.readSettled(this.#sequence, BATCH_ROWS, BATCH_BYTES);
      this.#sequence = page.sequence;
      const skipped = Math.min(this.#toSkip, page.rows.length);
      this.#toSkip -= skipped;
      for (const { index } of page.rows) this.#ahead.add(index);
      while (this.#ahead.delete(this.#low)) this.#low += 1;
      if (skipped < page.rows.length || page.rows.length === 0) return page.rows.slice(skipped);
    }
  }
}
