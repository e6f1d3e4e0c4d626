import { DueQueue } from "./due-queue.ts";
import { Fifo } from "./fifo.ts";
import type { Job } from "./job.ts";

/** How much longer a row that is set aside waits while there are others to send, in a run that nobody waits for. */
const ASIDE_MS = 60_000;
/** Rows and bytes of bodies that may wait to go again; beyond, they are worked off before new rows are taken. */
const MOST_ROWS = 16_384;
const MOST_BYTES = 32 * 1024 * 1024;

/** Rows of a lane that go again: at once, at a later time, or, where they fail while others pass, after the others. */
export class WaitingRows {
  readonly #now = new Fifo<Job>();
  readonly #later = new DueQueue<Job>();
  readonly #aside = new DueQueue<Job>();
  readonly #asideMs: number;
  #bytes = 0;

  constructor(asideMs: number = ASIDE_MS) {
    this.#asideMs = asideMs;
  }

  get length(): number {
    return this.#now.length + this.#later.length + this.#aside.length;
  }

  get isFull(): boolean {
    return this.length >= MOST_ROWS || this.#bytes >= MOST_BYTES;
  }

  put(job: Job, at: number, now: number): void {
    this.#bytes += job.load.bodyBytes;
    if (at <= now) this.#now.push(job);
    else if (job.isSetAside) this.#aside.put(job, at);
    else this.#later.put(job, at);
  }

  /** The next row whose time has come. `areLast`: nobody else is to be sent. */
  take(now: number, areLast: boolean): Job | undefined {
    const job = this.#now.shift() ?? this.#later.takeDue(now) ?? this.#takeAside(now, areLast);
    if (job !== undefined) this.#bytes -= job.load.bodyBytes;
    return job;
  }

  /** When the next row's time comes; Infinity when none waits. */
  next(areLast: boolean): number {
    return Math.min(this.#later.next(), this.#nextAside(areLast));
  }

  takeAll(): Job[] {
    this.#bytes = 0;
    return [...this.#now.takeAll(), ...this.#later.takeAll(), ...this.#aside.takeAll()];
  }

  #takeAside(now: number, areLast: boolean): Job | undefined {
    return this.#nextAside(areLast) <= now ? this.#aside.takeDue(Number.POSITIVE_INFINITY) : undefined;
  }

  #nextAside(areLast: boolean): number {
    const isAlone = areLast && this.#now.length === 0 && this.#later.length === 0;
    return this.#aside.next() + (isAlone ? 0 : this.#asideMs);
  }
}
