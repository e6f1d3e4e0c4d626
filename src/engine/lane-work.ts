import type { Limiter, Load } from "../model/limiter.ts";
import type { Binding } from "../model/limits.ts";
import type { Job } from "./job.ts";
import { LookAhead } from "./look-ahead.ts";

/** Bodies waiting with a durable intent, per lane, in bytes. */
const WINDOW_BYTES = 32 * 1024 * 1024;

/**
 * One lane's rows inside the engine. A row moves: feed → preparing (its intent is on the way to the disk) →
 * ready (it may be written to the wire) → in flight → settled, or back: to `preparing` when it goes again,
 * by way of `delayed` when it has to wait first.
 */
export class LaneWork {
  readonly name: string;
  readonly limiter: Limiter;
  /** Rows with a durable intent; `first` holds those that go again and overtake the others. */
  readonly ready: Job[] = [];
  #readyHead = 0;
  readonly #first: Job[] = [];
  /** Rows that go again now, without an intent yet: they are prepared before any new row. */
  readonly #again: Job[] = [];
  /** Rows that go again at a later time. */
  readonly #delayed: { at: number; job: Job }[] = [];
  preparing = 0;
  inFlight = 0;
  taking = false;
  stopped: { code: string; message: string } | null = null;
  binding: Binding = "nothing";
  /** Until when the lane is known to wait, for saying so once. */
  pausedUntil = 0;
  readonly lookAhead = new LookAhead();
  /** What the last row that was sent asked of the limits: stands in for the next one while none is ready. */
  lastLoad: Load | null = null;
  #bytes = 0;

  constructor(name: string, limiter: Limiter) {
    this.name = name;
    this.limiter = limiter;
  }

  /** How many more rows may be prepared now. */
  wanted(): number {
    if (this.#bytes >= WINDOW_BYTES) return 0;
    return Math.max(0, this.lookAhead.size - this.readyCount() - this.preparing);
  }

  readyCount(): number {
    return this.ready.length - this.#readyHead + this.#first.length;
  }

  /** Rows the lane still has to bring to an end, apart from those the feed holds. */
  busy(): number {
    const waiting = this.readyCount() + this.preparing + this.#again.length + this.#delayed.length;
    return waiting + this.inFlight + (this.taking ? 1 : 0);
  }

  /** Nothing is on the way to or from the disk. */
  isStill(): boolean {
    return this.preparing === 0 && !this.taking;
  }

  peek(): Job | undefined {
    return this.#first[0] ?? this.ready[this.#readyHead];
  }

  next(): Job | undefined {
    const job = this.#first.shift() ?? this.ready[this.#readyHead++];
    if (job !== undefined) this.#bytes -= job.load.bodyBytes;
    if (this.#readyHead > 256) {
      this.ready.splice(0, this.#readyHead);
      this.#readyHead = 0;
    }
    return job;
  }

  putReady(job: Job, first: boolean): void {
    this.#bytes += job.load.bodyBytes;
    if (first) this.#first.push(job);
    else this.ready.push(job);
  }

  putAgain(job: Job, at: number, now: number): void {
    if (at <= now) {
      this.#again.push(job);
      return;
    }
    const later = this.#delayed.findIndex((other) => other.at > at);
    this.#delayed.splice(later === -1 ? this.#delayed.length : later, 0, { at, job });
  }

  /** Up to `count` rows that go again and whose time has come. */
  takeAgain(count: number, now: number): Job[] {
    while ((this.#delayed[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const waiting = this.#delayed.shift();
      if (waiting !== undefined) this.#again.push(waiting.job);
    }
    return this.#again.splice(0, count);
  }

  nextDue(): number {
    return this.#delayed[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out every row that was not sent: the ready ones hold intents to withdraw. */
  clear(): Job[] {
    const unsent = [...this.#first.splice(0), ...this.ready.splice(0).slice(this.#readyHead)];
    this.#readyHead = 0;
    this.#bytes = 0;
    this.#delayed.length = 0;
    this.#again.length = 0;
    return unsent;
  }
}
