import type { Throttled } from "../model/ending.ts";
import type { Limiter, Load } from "../model/limiter.ts";
import type { Binding } from "../model/limits.ts";
import { Breaker } from "./breaker.ts";
import { Fifo } from "./fifo.ts";
import type { Job } from "./job.ts";
import { LookAhead } from "./look-ahead.ts";
import { Passing } from "./passing.ts";
import type { Trouble } from "./pauses.ts";
import { WaitingRows } from "./waiting-rows.ts";

/** Bodies waiting with a durable intent, per lane, in bytes. */
const WINDOW_BYTES = 32 * 1024 * 1024;

/** A wall of errors; the same row over and over may be the row's own fault. */
const FAILING = { failures: 5, rows: 2 };

/** The window is refilled when one part in so many is free. */
const REFILL_SHARE = 4;

/**
 * One lane's rows inside the engine.
 *
 *   feed ─► preparing (its intent is on the way to the disk) ─► ready (it may be written) ─► in flight ─► recording
 *              ▲                                                                                            │
 *              └────────────────── waiting, now or until its time ◄────────────────── goes again ───────────┤
 *                                                                                              settled ◄────┘
 */
export class LaneWork {
  readonly name: string;
  readonly limiter: Limiter;
  readonly lookAhead = new LookAhead();
  /** Everybody of this lane waits while all of it fails. */
  readonly breaker = new Breaker(FAILING);
  /** The last failure: its code, and the words of the provider. */
  failure = "";
  readonly passing = new Passing();
  /** Rows with a durable intent; `first` holds those that go again and overtake the others. */
  readonly #ready = new Fifo<Job>();
  readonly #first = new Fifo<Job>();
  /** Rows that go again, without an intent yet: once their time has come they are prepared before any new row. */
  readonly #waiting: WaitingRows;
  #preparingNew = 0;
  #preparingAgain = 0;
  #bytes = 0;
  /** Records and skips on the way to the disk. */
  recording = 0;
  inFlight = 0;
  taking = false;
  stopped: { code: string; message: string } | null = null;
  binding: Binding = "nothing";
  /** Until when the lane is known to wait, for saying so once. */
  pausedUntil = 0;
  /** What was said last to make it wait; null once a row was answered. */
  trouble: Trouble["kind"] | null = null;
  /** The last time it was asked to wait. */
  throttled: Throttled | null = null;
  /** What stands at the head of a parked lane: it is asked for, while nothing is kept ready. */
  parkedLoad: Load | null = null;
  /** What the last row that was sent asked of the limits: stands in for the next one while none is ready. */
  lastLoad: Load | null = null;

  constructor(name: string, limiter: Limiter, asideMs?: number) {
    this.#waiting = new WaitingRows(asideMs);
    this.name = name;
    this.limiter = limiter;
  }

  /** How many new rows to prepare now: none until a good part of the window is free, so that they come in batches. */
  wanted(): number {
    if (this.#bytes >= WINDOW_BYTES || this.#waiting.isFull) return 0;
    const { size } = this.lookAhead;
    const free = size - this.readyCount() - this.preparing();
    return free * REFILL_SHARE >= size ? free : 0;
  }

  /**
   * How many more rows that go again: they have a window of their own, or they would wait behind new rows that are
   * ready already.
   */
  #wantedAgain(): number {
    return Math.max(0, this.lookAhead.size - this.#first.length - this.#preparingAgain);
  }

  readyCount(): number {
    return this.#ready.length + this.#first.length;
  }

  /** Rows whose intent is on the way to the disk. */
  preparing(): number {
    return this.#preparingNew + this.#preparingAgain;
  }

  /** Rows the lane still has to bring to an end, apart from those the feed holds. */
  isBusy(): boolean {
    return this.inFlight > 0 || !this.isStill() || this.readyCount() > 0 || this.#waiting.length > 0;
  }

  /** Nothing is on the way to or from the disk. */
  isStill(): boolean {
    return this.preparing() === 0 && this.recording === 0 && !this.taking;
  }

  /** Rows that go again overtake the others; but while all fail, whoever failed least often tries. */
  peek(): Job | undefined {
    const again = this.#first.peek();
    const fresh = this.#ready.peek();
    if (again === undefined || fresh === undefined) return again ?? fresh;
    return this.breaker.isOpen && fresh.attempts < again.attempts ? fresh : again;
  }

  /** Takes out the row that was peeked at. */
  take(job: Job): void {
    (this.#first.peek() === job ? this.#first : this.#ready).shift();
    this.#bytes -= job.load.bodyBytes;
  }

  /** A row's intent goes to the disk. */
  prepare(job: Job, goesAgain: boolean): void {
    this.#bytes += job.load.bodyBytes;
    if (goesAgain) this.#preparingAgain += 1;
    else this.#preparingNew += 1;
  }

  /** Its intent is durable: it may be sent, or is left to whoever takes the intent back. */
  prepared(job: Job, goesAgain: boolean, maySend: boolean): void {
    if (goesAgain) this.#preparingAgain -= 1;
    else this.#preparingNew -= 1;
    if (!maySend) this.#bytes -= job.load.bodyBytes;
    else if (goesAgain) this.#first.push(job);
    else this.#ready.push(job);
  }

  putAgain(job: Job, at: number, now: number): void {
    this.#waiting.put(job, at, now);
  }

  /** The next row that goes again and whose time has come, while there is room for it. */
  takeAgain(now: number, noNewRows: boolean): Job | undefined {
    if (this.#waiting.length === 0 || this.#wantedAgain() === 0) return undefined;
    return this.#waiting.take(now, this.#areLast(noNewRows));
  }

  /** When a row that waits is to be looked at; Infinity where room for it comes first. */
  nextDue(noNewRows: boolean): number {
    return this.#wantedAgain() === 0
      ? Number.POSITIVE_INFINITY
      : this.#waiting.next(this.#areLast(noNewRows));
  }

  /** All that is left to send waits for its time. */
  isWaiting(): boolean {
    return this.#waiting.length > 0 && this.inFlight === 0 && this.isStill();
  }

  /** Takes out the rows that hold an intent. */
  takeReady(): Job[] {
    const ready = [...this.#first.takeAll(), ...this.#ready.takeAll()];
    for (const job of ready) this.#bytes -= job.load.bodyBytes;
    return ready;
  }

  /** Takes out the rows that wait to go again: they hold no intent. */
  takeWaiting(): Job[] {
    return this.#waiting.takeAll();
  }

  /** Rows that wait are all that is left to send, or have to make room for more. */
  #areLast(noNewRows: boolean): boolean {
    if (this.#waiting.isFull) return true;
    return noNewRows && !this.taking && this.preparing() === 0 && this.readyCount() === 0;
  }
}
