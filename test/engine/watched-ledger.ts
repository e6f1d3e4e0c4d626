import { MemoryLedger } from "../../src/ledger/memory.ts";
import type { Clock } from "../../src/model/clock.ts";
import type { AttemptRecord, Intent } from "../../src/model/ledger.ts";
import type { OutcomeError } from "../../src/model/outcome.ts";

/** A ledger whose disk takes its time, or breaks, and that is watched. */
export class WatchedLedger extends MemoryLedger {
  readonly #clock: Clock;
  readonly #diskMs: () => number;
  readonly records: AttemptRecord[] = [];
  readonly skipped: number[] = [];
  /** Durable intents without an ending, by row. */
  readonly open = new Map<number, number>();
  /** Rows with an outcome of this run. */
  readonly settled = new Set<number>();
  /** Reads of settled rows by place. */
  reads = 0;
  /** Bodies from this length on are taken over, as by a ledger in another thread. */
  takesOverFrom = Number.POSITIVE_INFINITY;
  /** Set to break the disk. */
  broken: Error | null = null;
  #last = 0;
  #underWay = 0;

  constructor(clock: Clock, diskMs: () => number) {
    super();
    this.#clock = clock;
    this.#diskMs = diskMs;
  }

  override async intend(intents: readonly Intent[]): Promise<void> {
    await this.#disk();
    await super.intend(intents);
    for (const { index } of intents) this.#count(index, 1);
  }

  override async settle(records: readonly AttemptRecord[]): Promise<void> {
    const taken = records.map((record) => this.#takeOver(record));
    await this.#disk();
    await super.settle(taken);
    this.records.push(...records);
    for (const { index, outcome } of records) {
      this.#count(index, -1);
      if (outcome !== null) this.settled.add(index);
    }
  }

  override async skip(rows: readonly { index: number; error: OutcomeError }[]): Promise<void> {
    await this.#disk();
    await super.skip(rows);
    this.skipped.push(...rows.map(({ index }) => index));
  }

  override async read(from: number, count: number, maxBytes: number) {
    this.reads += 1;
    return super.read(from, count, maxBytes);
  }

  /** Writes become durable in the order in which they were asked for. */
  async #disk(): Promise<void> {
    if (this.broken !== null) throw this.broken;
    this.#last = Math.max(this.#last, this.#clock.now() + this.#diskMs());
    const delayMs = this.#last - this.#clock.now();
    if (delayMs === 0 && this.#underWay === 0) return;
    this.#underWay += 1;
    await new Promise<void>((resolve) => this.#clock.after(delayMs, resolve));
    this.#underWay -= 1;
  }

  #takeOver(record: AttemptRecord): AttemptRecord {
    const body = record.outcome?.body;
    if (record.outcome === null || !body || body.length < this.takesOverFrom) return record;
    return structuredClone(record, { transfer: [body.buffer as ArrayBuffer] });
  }

  #count(index: number, by: number): void {
    const open = (this.open.get(index) ?? 0) + by;
    if (open === 0) this.open.delete(index);
    else this.open.set(index, open);
  }
}
