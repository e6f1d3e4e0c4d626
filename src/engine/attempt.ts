import type { Permit } from "../model/limiter.ts";
import type { Ticks } from "../model/money.ts";
import type { ExchangeHandle, ExchangeListener, ResponseHead, WireEnd } from "../model/transport.ts";
import type { Hold } from "./budget.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Race } from "./race.ts";

/** What an attempt reports to the loop. */
export interface AttemptObserver {
  written(attempt: Attempt): void;
  headed(attempt: Attempt, head: ResponseHead): void;
  /** The first piece of a streamed answer came. */
  begun(attempt: Attempt): void;
  /** Bytes of the response came. */
  heard(attempt: Attempt): void;
  ended(attempt: Attempt, end: WireEnd): void;
}

/** Why we gave an attempt up: a limit of ours, and how long it was. */
export interface Overdue {
  code: "timeout" | "silence";
  limitMs: number;
}

/** One exchange under way. One object per attempt and no closures: this is the hottest allocation of a run. */
export class Attempt implements ExchangeListener {
  readonly job: Job;
  readonly lane: LaneWork;
  readonly permit: Permit;
  readonly startedAt: number;
  readonly #observer: AttemptObserver;
  handle: ExchangeHandle | null = null;
  ended = false;
  overdue: Overdue | null = null;
  /** What the budget holds back for it. */
  hold: Hold | null = null;
  /** The most it can be expected to cost, for the money at risk; null = no price. */
  worstCost: Ticks | null;
  written = false;
  /** The body has begun, or was announced with its length: a pause in it is no thinking. */
  inBody = false;
  /** From the start to the first piece of a streamed answer. */
  firstTokenMs: number | null = null;
  /** When something came last, or the request was written. */
  heardAt: number;
  head: ResponseHead | null = null;
  /** With the row's other attempt, where there is one. */
  race: Race | null = null;

  constructor(job: Job, lane: LaneWork, permit: Permit, startedAt: number, observer: AttemptObserver) {
    this.job = job;
    this.lane = lane;
    this.permit = permit;
    this.startedAt = startedAt;
    this.heardAt = startedAt;
    this.worstCost = job.worstCost;
    this.#observer = observer;
  }

  onWritten(): void {
    this.written = true;
    this.#observer.written(this);
  }

  onHead(head: ResponseHead): void {
    this.head = head;
    this.inBody = head.headers["content-length"] !== undefined;
    this.#observer.headed(this, head);
  }

  onProgress(): void {
    this.inBody = true;
    this.#observer.heard(this);
  }

  onFirstToken(): void {
    this.#observer.begun(this);
  }

  onEnd(end: WireEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.#observer.ended(this, end);
  }
}
