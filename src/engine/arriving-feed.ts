import type { AppendedRow, Ledger } from "../model/ledger.ts";
import type { PlanRow } from "../model/plan.ts";
import type { Request } from "../model/request.ts";
import type { Feed } from "./feed.ts";
import { Fifo } from "./fifo.ts";
import { type Job, jobOf, type RowPlace, type Taken } from "./job.ts";

/** A row that arrived: its plan, and its request unless there is nothing to send. */
export interface Arrival {
  plan: PlanRow;
  request: Request | null;
}

/** Rows read ahead of what is sent. */
const LOOK_AHEAD_ROWS = 1024;
const LOOK_AHEAD_BYTES = 32 * 1024 * 1024;
/** The same while a full lane's rows stand before those of a lane that has none. */
const STARVING_BYTES = 2 * LOOK_AHEAD_BYTES;
/** Rows that may wait, on disk, behind one that is slow. */
const UNDELIVERED_ROWS = 65_536;
/** One append of the ledger. */
const APPEND_ROWS = 64;

export interface ArrivingFeedParts {
  ledger: Ledger;
  /** Batches of rows; each is asked for only when there is room. */
  arrivals: AsyncIterator<readonly Arrival[]>;
  /** The most rows to send; none is read beyond it. Infinity for all. */
  limit: number;
  /** A row whose outcome the ledger already holds, or that holds nothing to send. */
  onSettled: (index: number, isBlank: boolean) => void;
  /** Rows entered into the plan so far. */
  onGrown: (rows: number) => void;
  onFailed: (error: unknown) => void;
}

/** Rows that come while the run goes on: entered into the ledger as they arrive, never more than a look-ahead. */
export class ArrivingFeed implements Feed {
  readonly #parts: ArrivingFeedParts;
  readonly #lanes: string[] = [];
  readonly #buffers = new Map<string, Fifo<Job>>();
  readonly #parked = new Set<string>();
  #buffered = 0;
  #bufferedBytes = 0;
  /** Nothing more arrives. */
  #over = false;
  /** Nothing more is asked for: what still comes is nobody's. */
  #closed = false;
  #reading = false;
  #rows = 0;
  #delivered = 0;
  /** How many more may be taken to be sent. */
  #left: number;
  #arrived: () => void = () => {};

  constructor(parts: ArrivingFeedParts) {
    this.#parts = parts;
    this.#left = parts.limit;
  }

  lanes(): readonly string[] {
    return this.#lanes;
  }

  isEmpty(lane: string): boolean {
    return this.#left <= 0 || (this.#buffers.get(lane)?.length ?? 0) === 0;
  }

  isComplete(): boolean {
    return this.#over || this.#left <= 0;
  }

  park(lane: string, isParked: boolean): void {
    if (isParked) this.#parked.add(lane);
    else this.#parked.delete(lane);
    this.#read();
  }

  onArrival(listener: () => void): void {
    this.#arrived = listener;
    this.#read();
  }

  async take(lane: string, count: number): Promise<Taken> {
    const jobs = this.#takeOut(lane, Math.min(count, this.#left));
    this.#left -= jobs.length;
    return { jobs, unsendable: [] };
  }

  spare(count: number): void {
    this.#left += count;
    this.#read();
  }

  async pass(lane: string, count: number): Promise<readonly RowPlace[]> {
    return this.#takeOut(lane, count);
  }

  delivered(next: number): void {
    this.#delivered = next;
    this.#read();
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#closed = true;
    for (const buffer of this.#buffers.values()) buffer.takeAll();
    await this.#parts.arrivals.return?.();
  }

  #takeOut(lane: string, count: number): Job[] {
    const jobs: Job[] = [];
    const buffer = this.#buffers.get(lane);
    while (jobs.length < count) {
      const job = buffer?.shift();
      if (job === undefined) break;
      jobs.push(job);
      this.#bufferedBytes -= job.load.bodyBytes;
    }
    this.#buffered -= jobs.length;
    this.#read();
    return jobs;
  }

  #hasRoom(): boolean {
    if (this.#over || this.#buffered >= this.#left) return false;
    if (this.#rows - this.#delivered > UNDELIVERED_ROWS) return false;
    if (this.#buffered < LOOK_AHEAD_ROWS && this.#bufferedBytes < LOOK_AHEAD_BYTES) return true;
    return this.#bufferedBytes < STARVING_BYTES && this.#isStarving();
  }

  /** A lane that could send has nothing to send, or none can: the next row may be one that somebody waits for. */
  #isStarving(): boolean {
    const open = this.#lanes.filter((lane) => !this.#parked.has(lane));
    return open.length === 0 || open.some((lane) => this.isEmpty(lane));
  }

  #read(): void {
    if (this.#reading || !this.#hasRoom()) return;
    this.#reading = true;
    this.#readWhileRoom()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#reading = false;
        this.#arrived();
        // Room that was made after the last look at it, when nobody else would come to ask.
        this.#read();
      });
  }

  #failed(error: unknown): void {
    this.#over = true;
    if (!this.#closed) this.#parts.onFailed(error);
  }

  async #readWhileRoom(): Promise<void> {
    while (this.#hasRoom()) {
      const { done, value } = await this.#parts.arrivals.next();
      if (done) this.#over = true;
      else await this.#enterAll(value);
    }
  }

  async #enterAll(arrivals: readonly Arrival[]): Promise<void> {
    for (let start = 0; start < arrivals.length && !this.#over; start += APPEND_ROWS) {
      await this.#enter(arrivals.slice(start, start + APPEND_ROWS));
    }
  }

  async #enter(arrivals: readonly Arrival[]): Promise<void> {
    const appended = await this.#parts.ledger.append(arrivals.map(({ plan }) => plan));
    if (this.#closed) return;
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
      this.#parts.onSettled(row.index, plan.kind === "blank");
    } else if (row.isCopy) {
      // Its leader is on its way, or left behind by the limit: nothing is sent for it.
    } else {
      this.#buffer(jobOf({ ...plan, index: row.index }, request));
    }
  }

  #buffer(job: Job): void {
    const buffer = this.#buffers.get(job.lane) ?? this.#openBuffer(job.lane);
    buffer.push(job);
    this.#buffered += 1;
    this.#bufferedBytes += job.load.bodyBytes;
  }

  #openBuffer(lane: string): Fifo<Job> {
    const buffer = new Fifo<Job>();
    this.#buffers.set(lane, buffer);
    this.#lanes.push(lane);
    return buffer;
  }
}
