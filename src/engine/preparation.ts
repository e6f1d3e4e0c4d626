import type { Clock } from "../model/clock.ts";
import type { Ledger } from "../model/ledger.ts";
import type { OutcomeError, SettledRow } from "../model/outcome.ts";
import type { Feed } from "./feed.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Recorder } from "./recorder.ts";
import { unsentRow, withdrawal } from "./records.ts";
import type { WorstCost } from "./worst-cost.ts";

export interface PreparationParts {
  ledger: Ledger;
  feed: Feed;
  recorder: Recorder;
  clock: Clock;
  worstCostOf: (model: string) => WorstCost;
  /** False once the run starts nothing more. */
  isOpen: () => boolean;
  deliver: (row: SettledRow) => void;
  /** Something may be sendable that was not. */
  changed: () => void;
  failed: (error: unknown) => void;
}

/** Steps 1 and 2: keeps a short window of rows ready in each lane, every one with a durable intent. */
export class Preparation {
  readonly #parts: PreparationParts;

  constructor(parts: PreparationParts) {
    this.#parts = parts;
  }

  /** Rows that go again come first, then new ones from the feed. */
  refill(lane: LaneWork, now: number): void {
    if (lane.stopped !== null) return;
    for (const job of lane.takeAgain(lane.wanted(), now)) this.#intend(lane, job, true);
    const wanted = lane.wanted();
    if (wanted === 0 || lane.taking || this.#parts.feed.isEmpty(lane.name)) return;
    lane.taking = true;
    this.#take(lane, wanted)
      .catch(this.#parts.failed)
      .finally(() => {
        lane.taking = false;
        this.#parts.changed();
      });
  }

  /** Takes back the intents of everything that was not written. */
  withdraw(lane: LaneWork): void {
    for (const job of lane.clear()) this.#withdraw(job);
  }

  /** Settles a row with a durable intent that is not to be sent after all. */
  leaveOut(lane: LaneWork, job: Job, error: OutcomeError): void {
    const { ledger, deliver, changed, failed } = this.#parts;
    this.#withdraw(job);
    lane.preparing += 1;
    ledger
      .skip([{ index: job.index, error }])
      .then(() => deliver(unsentRow(job, error)), failed)
      .finally(() => {
        lane.preparing -= 1;
        changed();
      });
  }

  async #take(lane: LaneWork, wanted: number): Promise<void> {
    const { ledger, feed, isOpen, deliver } = this.#parts;
    const { jobs, unsendable } = await feed.take(lane.name, wanted);
    if (!isOpen()) return;
    for (const job of jobs) this.#intend(lane, job, false);
    if (unsendable.length === 0) return;
    await ledger.skip(unsendable);
    for (const { row, error } of unsendable) deliver(unsentRow(row, error));
  }

  #intend(lane: LaneWork, job: Job, first: boolean): void {
    const { recorder, clock, worstCostOf, isOpen, changed } = this.#parts;
    job.worstCost = worstCostOf(job.lane).of(job.request);
    lane.preparing += 1;
    const began = clock.now();
    recorder.intend({ index: job.index, atRisk: job.worstCost, wallTime: clock.wall() }, () => {
      lane.preparing -= 1;
      if (!isOpen() || lane.stopped !== null) this.#withdraw(job);
      else lane.putReady(job, first);
      lane.lookAhead.durable(clock.now() - began);
      changed();
    });
  }

  #withdraw(job: Job): void {
    this.#parts.recorder.settle(withdrawal(job, this.#parts.clock.wall()), () => {});
  }
}
