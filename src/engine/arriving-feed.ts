import type { AppendedRow, Ledger, PlanRow } from "../model/ledger.ts";
import type { Request } from "../model/request.ts";
import type { Feed } from "./feed.ts";
import type { Job, Taken } from "./job.ts";
import { jobOf } from "./planned-feed.ts";

/** A row that arrived: its plan, and its request unless there is nothing to send. */
export interface Arrival {
  plan: PlanRow;
  request: Request | null;
}

/** Rows read ahead of what is sent: enough that a full lane does not starve another. */
const LOOK_AHEAD_ROWS = 1024;
const LOOK_AHEAD_BYTES = 32 * 1024 * 1024;
/** Rows that may wait, on disk, behind one that is slow. */
const UNDELIVERED_ROWS = 65_536;
/** One append of the ledger. */
const APPEND_ROWS = 64;

export interface ArrivingFeedParts {
  ledger: Ledger;
  /** Batches of rows; each is asked for only when there is room. */
  arrivals: AsyncIterator<readonly Arrival[]>;
  limit: number;
  /** A row whose outcome the ledger already holds, or that holds nothing to send. */
  onSettled: (index: number) => void;
  /** Rows entered into the plan so far. */
  onGrown: (rows: number) => void;
  onFailed: (error: unknown) => void;
}

/** Rows that come while the run goes on: entered into the ledger as they arrive, never more than a look-ahead. */
export class ArrivingFeed implements Feed {
  readonly #parts: ArrivingFeedParts;
  readonly #buffers = new Map<string, Job[]>();
  #buffered = 0;
  #bufferedBytes = 0;
  #over = false;
  #reading = false;
  #rows = 0;
  #delivered = 0;
  #left: number;
  #arrived: () => void = () => {};

  constructor(parts: ArrivingFeedParts) {
    this.#parts = parts;
    this.#left = parts.limit;
  }

  lanes(): readonly string[] {
    return [...this.#buffers.keys()];
  }

  isEmpty(lane: string): boolean {
    return (this.#buffers.get(lane)?.length ?? 0) === 0;
  }

  isComplete(): boolean {
    return this.#over;
  }

  onArrival(listener: () => void): void {
    this.#arrived = listener;
    this.#read();
  }

  async take(lane: string, count: number): Promise<Taken> {
    const jobs = this.#buffers.get(lane)?.splice(0, count) ?? [];
    this.#buffered -= jobs.length;
    for (const job of jobs) this.#bufferedBytes -= job.load.bodyBytes;
    this.#read();
    return { jobs, unsendable: [] };
  }

  delivered(next: number): void {
    this.#delivered = next;
    this.#read();
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#buffers.clear();
    this.#buffered = 0;
    await this.#parts.arrivals.return?.();
  }

  #hasRoom(): boolean {
    if (this.#over || this.#rows - this.#delivered > UNDELIVERED_ROWS) return false;
    return this.#buffered < LOOK_AHEAD_ROWS && this.#bufferedBytes < LOOK_AHEAD_BYTES;
  }

  #read(): void {
    if (this.#reading || !this.#hasRoom()) return;
    this.#reading = true;
    this.#readWhileRoom()
      .catch((error: unknown) => {
        this.#over = true;
        this.#parts.onFailed(error);
      })
      .finally(() => {
        this.#reading = false;
        this.#arrived();
      });
  }

  async #readWhileRoom(): Promise<void> {
    while (this.#hasRoom()) {
      const { done, value } = await this.#parts.arrivals.next();
      if (this.#over) return;
      if (done) {
        this.#over = true;
        return;
      }
      for (let start = 0; start < value.length; start += APPEND_ROWS) {
        await this.#enter(value.slice(start, start + APPEND_ROWS));
      }
    }
  }

  async #enter(arrivals: readonly Arrival[]): Promise<void> {
    const appended = await this.#parts.ledger.append(arrivals.map(({ plan }) => plan));
    if (this.#over) return;
    this.#rows += appended.length;
    this.#parts.onGrown(this.#rows);
    appended.forEach((row, position) => {
      const arrival = arrivals[position];
      if (arrival !== undefined) this.#keep(row, arrival);
    });
    this.#arrived();
  }

  #keep(row: AppendedRow, { plan, request }: Arrival): void {
    if (row.settled || request === null) {
      this.#parts.onSettled(row.index);
      return;
    }
    if (this.#left <= 0) {
      // Nothing more will be sent, and a source without an end would be read for ever.
      this.#over = true;
      return;
    }
    this.#left -= 1;
    const job = jobOf({ ...plan, index: row.index }, request);
    const buffer = this.#buffers.get(plan.lane);
    if (buffer === undefined) this.#buffers.set(plan.lane, [job]);
    else buffer.push(job);
    this.#buffered += 1;
    this.#bufferedBytes += job.load.bodyBytes;
  }
}
