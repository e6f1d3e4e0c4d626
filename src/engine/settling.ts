import type { Clock } from "../model/clock.ts";
import type { Ending } from "../model/ending.ts";
import type { RunListener } from "../model/events.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Attempt } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import type { Recorder } from "./recorder.ts";
import { attemptRecord, outcomeRecord, settledRow } from "./records.ts";
import type { Decision } from "./retry-policy.ts";
import type { WorstCost } from "./worst-cost.ts";

export interface SettlingParts {
  recorder: Recorder;
  budget: Budget | null;
  clock: Clock;
  listener: RunListener;
  worstCostOf: (model: string) => WorstCost;
  /** Provider and address, as recorded with each answer. */
  origin: string;
  /** False once the run starts nothing more. */
  isOpen: () => boolean;
  deliver: (row: SettledRow) => void;
  changed: () => void;
}

/** Steps 7 and 8: an ending becomes a durable record, then a delivered row or one that goes again. */
export class Settling {
  readonly #parts: SettlingParts;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
  }

  settle(attempt: Attempt, ending: Ending, decision: Decision, now: number, simulated: boolean): void {
    const { job, lane } = attempt;
    const { budget, clock, deliver, changed, isOpen, listener, origin, recorder, worstCostOf } = this.#parts;
    const outcome =
      decision.action === "settle" ? outcomeRecord(decision, ending, { origin, simulated }) : null;
    const counts = decision.action === "settle" || (decision.action === "again" && decision.counts);
    if (counts) job.attempts += 1;
    job.unprocessed = ending.kind === "unprocessed" ? job.unprocessed + 1 : 0;
    const latencyMs = now - attempt.startedAt;
    const record = attemptRecord(job, ending, { counts, latencyMs, wallTime: clock.wall(), outcome });
    if (record.cost !== null) worstCostOf(job.lane).seen(record.cost);
    budget?.settle(job.worstCost ?? 0, record.cost ?? record.atRisk ?? 0);
    const willRetry = decision.action === "again";
    listener({ type: "ended", lane: lane.name, ending, latencyMs, willRetry, atRisk: record.atRisk });
    lane.preparing += 1;
    recorder.settle(record, () => {
      lane.preparing -= 1;
      if (outcome !== null) deliver(settledRow(job, record, outcome));
      else if (decision.action === "again" && isOpen() && lane.stopped === null) {
        lane.putAgain(job, now + decision.delayMs, clock.now());
      }
      changed();
    });
  }
}
