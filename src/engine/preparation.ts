import type { AnswerCache, KeptAnswer } from "../model/answer-cache.ts";
import type { Clock } from "../model/clock.ts";
import type { Load } from "../model/limiter.ts";
import type { Ticks } from "../model/money.ts";
import type { OutcomeError } from "../model/outcome.ts";
import type { Budget } from "./budget.ts";
import type { Feed } from "./feed.ts";
import type { Job, RowPlace } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Recorder } from "./recorder.ts";
import { withdrawal } from "./records.ts";
import { prospectOf, riskOf } from "./reserve.ts";
import type { WorstCost } from "./worst-cost.ts";

/** Rows of a closed lane that are settled at once. */
const PASSED_ROWS = 1000;

/** Why a row is not sent under a strict budget: an image, a tool of the provider's, a path nobody knows. */
const UNBOUNDED_COST = {
  code: "unbounded-cost",
  message:
    "nothing bounds what its answer can cost, so a strict budget cannot be kept; leave the mode strict out",
};

/** New rows are fetched when at least this part of the window is free, or nothing is ready. */
const WORTH_A_TRIP = 4;

export interface PreparationParts {
  feed: Feed;
  recorder: Recorder;
  cache: AnswerCache | null;
  /** Settles a row by an answer that was kept. */
  reuse: (lane: LaneWork, job: Job, answer: KeptAnswer) => void;
  clock: Clock;
  worstCostOf: (model: string) => WorstCost;
  budget: Budget | null;
  /** False once the run starts nothing more. */
  isOpen: () => boolean;
  /** The ledger holds a row as not sent. */
  leftOut: (row: RowPlace, error: OutcomeError) => void;
  /** Something may be sendable that was not. */
  changed: () => void;
  failed: (error: unknown) => void;
}

/** Keeps a short window of rows ready in each lane, every one with a durable intent. */
export class Preparation {
  readonly #parts: PreparationParts;

  constructor(parts: PreparationParts) {
    this.#parts = parts;
  }

  /** Rows that go again come first, then new ones from the feed. */
  refill(lane: LaneWork, now: number): void {
    if (lane.stopped !== null) {
      this.#passOn(lane, lane.stopped);
      return;
    }
    const noNewRows = this.#parts.feed.isEmpty(lane.name);
    for (let job = lane.takeAgain(now, noNewRows); job !== undefined; job = lane.takeAgain(now, noNewRows)) {
      this.#intend(lane, job, true, now);
    }
    const wanted = lane.wanted();
    if (wanted === 0 || lane.taking || noNewRows) return;
    // A trip to the ledger costs the same for one row as for many.
    if (lane.readyCount() > 0 && wanted * WORTH_A_TRIP < lane.lookAhead.size) return;
    this.#take(lane, () => this.#takeNew(lane, wanted));
  }

  /** The run starts nothing more: takes back the intents of everything that was not written. */
  clear(lane: LaneWork): void {
    for (const job of lane.takeReady()) this.withdraw(job);
    lane.takeWaiting();
  }

  /** The lane waits for long: an intent meanwhile would count as "sent, outcome unknown" if the run were killed. */
  park(lane: LaneWork, load: Load): void {
    lane.parkedLoad = load;
    this.#parts.feed.park(lane.name, true);
    for (const job of lane.takeReady()) this.#sendBack(lane, job);
  }

  /** The lane is closed: none of its rows is sent, and the rows of others are delivered past them. */
  close(lane: LaneWork, error: OutcomeError): void {
    lane.stopped = error;
    for (const job of lane.takeReady()) this.#sendBack(lane, job);
  }

  /** Takes back an intent: nothing was written. */
  withdraw(job: Job, isHedge = false): void {
    this.#parts.recorder.settle(withdrawal(job, this.#parts.clock.wall(), isHedge), () => {});
  }

  /** Settles a row that is not to be sent after all. */
  leaveOut(lane: LaneWork, row: RowPlace, error: OutcomeError): void {
    const { recorder, leftOut, changed } = this.#parts;
    lane.recording += 1;
    recorder.skip({ index: row.index, error }, () => {
      lane.recording -= 1;
      leftOut(row, error);
      changed();
    });
  }

  /** One page at a time: a closed lane may hold millions. */
  #passOn(lane: LaneWork, error: OutcomeError): void {
    for (const job of lane.takeWaiting()) this.leaveOut(lane, job, error);
    if (lane.taking || lane.recording > 0 || this.#parts.feed.isEmpty(lane.name)) return;
    this.#take(lane, async () => {
      const rows = await this.#parts.feed.pass(lane.name, PASSED_ROWS);
      if (!this.#parts.isOpen()) return;
      for (const row of rows) this.leaveOut(lane, row, error);
    });
  }

  #take(lane: LaneWork, take: () => Promise<void>): void {
    const { changed, failed } = this.#parts;
    lane.taking = true;
    take()
      .catch(failed)
      .finally(() => {
        lane.taking = false;
        changed();
      });
  }

  async #takeNew(lane: LaneWork, wanted: number): Promise<void> {
    const { clock, feed, isOpen } = this.#parts;
    const { jobs, unsendable } = await feed.take(lane.name, wanted);
    const toSend = await this.#withoutKept(lane, jobs);
    if (!isOpen()) return;
    const now = clock.now();
    for (const job of toSend) this.#intend(lane, job, false, now);
    for (const { row, error } of unsendable) this.leaveOut(lane, row, error);
  }

  /** Settles the rows whose answers are kept, before anything of them is at risk; returns the others. */
  async #withoutKept(lane: LaneWork, jobs: readonly Job[]): Promise<readonly Job[]> {
    const { cache, feed, isOpen, reuse } = this.#parts;
    if (cache === null || jobs.length === 0) return jobs;
    const kept = await cache.look(jobs.map(({ request }) => request));
    if (!isOpen()) return [];
    const toSend = jobs.filter((job, place) => {
      const answer = kept[place] ?? null;
      if (answer !== null) reuse(lane, job, answer);
      return answer === null;
    });
    feed.spare(jobs.length - toSend.length);
    return toSend;
  }

  #intend(lane: LaneWork, job: Job, goesAgain: boolean, began: number): void {
    const { recorder, clock, isOpen, changed } = this.#parts;
    job.worstCost = this.price(job);
    if (this.#parts.budget?.terms.mode === "strict" && job.bound?.most === null) {
      this.leaveOut(lane, job, UNBOUNDED_COST);
      return;
    }
    lane.prepare(job, goesAgain);
    recorder.intend({ index: job.index, atRisk: job.worstCost, wallTime: clock.wall() }, (now) => {
      const maySend = isOpen() && lane.stopped === null && lane.parkedLoad === null;
      lane.prepared(job, goesAgain, maySend);
      lane.lookAhead.durable(now - began);
      if (!maySend) this.#sendBack(lane, job);
      changed();
    });
  }

  /** What may be billed for it at worst, by the rule of the budget where there is one. */
  price(job: Job): Ticks | null {
    const { budget, worstCostOf } = this.#parts;
    const cost = worstCostOf(job.lane);
    if (budget === null) return cost.of(job.request);
    job.bound ??= budget.boundOf(job.request);
    return riskOf(prospectOf(job, cost), budget.terms.mode);
  }

  #sendBack(lane: LaneWork, job: Job): void {
    this.withdraw(job);
    // Where only its lane is closed it is not sent in this run, but settled.
    if (this.#parts.isOpen()) lane.putAgain(job, 0, 0);
  }
}
