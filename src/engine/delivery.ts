import type { Ledger } from "../model/ledger.ts";
import type { SettledRow } from "../model/outcome.ts";
import { releaseBytes } from "../model/release-bytes.ts";
import type { Sink } from "../model/sink.ts";

/** One batch for the sink. */
export const BATCH_BYTES = 1024 * 1024;
export const BATCH_ROWS = 1024;
/** So many rows settled while the sink sat on one write: it is slow, and the line waits for it. */
const BACKLOG_ROWS = 4096;

/** Brings settled, durable rows to the sink in the asked order. */
export interface Delivery {
  /** A row is settled and durable. */
  settled(row: SettledRow): void;
  /** The ledger holds a row's outcome: it was settled in an earlier run, or it is not sent. */
  stored(index: number, isBlank: boolean): void;
  /** The sink is too far behind: nothing new is started until it has caught up. */
  isFull(): boolean;
  /** Called when the sink caught up after `isFull` was true. */
  onCaughtUp(listener: () => void): void;
  /** Resolves when all that can be delivered was. */
  finish(): Promise<void>;
}

export interface DeliveryParts {
  ledger: Ledger;
  sink: Sink;
  /** Called after each write: every row below this index is delivered. */
  delivered: (next: number) => void;
  /** The sink or the ledger failed: nothing more is written, or OUTPUT would have a hole. */
  failed: (error: unknown) => void;
}

/** One write at a time; what is settled meanwhile makes the next. */
export abstract class SingleFlight implements Delivery {
  protected readonly parts: DeliveryParts;
  #running: Promise<void> | null = null;
  #again = false;
  #writing = false;
  #hasFailed = false;
  /** Rows settled while the sink sat on one write. */
  #backlog = 0;
  #caughtUp: () => void = () => {};

  constructor(parts: DeliveryParts) {
    this.parts = parts;
  }

  abstract settled(row: SettledRow): void;
  abstract stored(index: number, isBlank: boolean): void;
  /** The next rows to write, or none. */
  protected abstract batch(): Promise<readonly SettledRow[]>;
  protected abstract position(): number;

  isFull(): boolean {
    return this.#backlog > BACKLOG_ROWS;
  }

  onCaughtUp(listener: () => void): void {
    this.#caughtUp = listener;
  }

  async finish(): Promise<void> {
    this.wake();
    while (this.#running !== null) await this.#running;
  }

  protected count(): void {
    if (this.#writing) this.#backlog += 1;
  }

  protected wake(): void {
    if (this.#hasFailed) return;
    this.#again = true;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (let rows = await this.batch(); rows.length > 0; rows = await this.batch()) {
          await this.#write(rows);
        }
      }
    } catch (error) {
      this.#hasFailed = true;
      this.parts.failed(error);
    } finally {
      this.#running = null;
    }
  }

  async #write(rows: readonly SettledRow[]): Promise<void> {
    this.#writing = true;
    try {
      await this.parts.sink.write(rows);
    } finally {
      const wasFull = this.isFull();
      this.#writing = false;
      this.#backlog = 0;
      if (wasFull) this.#caughtUp();
    }
    if (this.parts.sink.keepsNothing) for (const { body } of rows) if (body !== null) releaseBytes(body);
    this.parts.delivered(this.position());
  }
}
