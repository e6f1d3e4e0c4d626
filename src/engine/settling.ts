import type { AnswerCache, KeptAnswer } from "../model/answer-cache.ts";
import { flawOf } from "../model/answer-flaws.ts";
import type { Clock } from "../model/clock.ts";
import type { Ending } from "../model/ending.ts";
import type { RunEvent, RunListener } from "../model/events.ts";
import type { AttemptRecord, OutcomeRecord } from "../model/ledger.ts";
import type { Ticks } from "../model/money.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Provider } from "../model/provider.ts";
import type { Transport } from "../model/transport.ts";
import type { Attempt } from "./attempt.ts";
import { type Budget, settleHold } from "./budget.ts";
import type { Job } from "./job.ts";
import type { LaneWork } from "./lane-work.ts";
import type { Recorder } from "./recorder.ts";
import { attemptRecord, outcomeRecord, reusedRecord, type Settlement, settledRow } from "./records.ts";
import type { Decision } from "./retry-policy.ts";
import type { WorstCost } from "./worst-cost.ts";

const ANSWERED: Settlement = { status: "answered", held: false };

export interface SettlingParts {
  recorder: Recorder;
  cache: AnswerCache | null;
  provider: Pick<Provider, "simulated">;
  transport: Pick<Transport, "keptBodies">;
  budget: Budget | null;
  clock: Clock;
  listener: RunListener;
  worstCostOf: (model: string) => WorstCost;
  /** Provider and address, as recorded with each answer. */
  origin: string;
  /** False once the run starts nothing more. */
  isOpen: () => boolean;
  /** A row is settled and durable. `isHandedOver`: the ledger took its body, and has to be asked for it. */
  deliver: (row: SettledRow, isHandedOver: boolean) => void;
  changed: () => void;
}

/** An ending becomes a durable record, then a delivered row or one that goes again. */
export class Settling {
  readonly #parts: SettlingParts;
  /** Bytes of bodies on their way to the disk: memory that the transport's budget has to know of. */
  #keptBytes = 0;
  #isAbandoned = false;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
  }

  settle(attempt: Attempt, ending: Ending, decision: Decision, now: number, simulated: boolean): void {
    const { job, lane } = attempt;
    const { budget, clock, listener, origin, recorder, worstCostOf } = this.#parts;
    const outcome = outcomeOf(decision, ending, { origin, simulated });
    const counts = decision.action === "settle" || (decision.action === "again" && decision.counts);
    if (counts) job.attempts += 1;
    job.unprocessed = ending.kind === "unprocessed" ? job.unprocessed + 1 : 0;
    const latencyMs = now - attempt.startedAt;
    const isHedge = attempt.race?.isHedge(attempt) === true;
    const wallTime = clock.wall();
    const record = attemptRecord(attempt, ending, { counts, latencyMs, wallTime, isHedge, outcome });
    if (record.cost !== null) worstCostOf(job.lane).seen(record.cost);
    settleHold(budget, attempt, spentBy(record, attempt.worstCost ?? 0));
    listener(endedEvent(attempt, ending, decision, record));
    this.#remember(job, ending, simulated);
    this.#keep(outcome?.body?.length ?? 0);
    lane.recording += 1;
    recorder.settle(record, this.#next(attempt, decision, record, now));
  }

  /** Settles a row that is not sent, since the answer to its request is kept. */
  reuse(lane: LaneWork, job: Job, answer: KeptAnswer): void {
    const { clock, listener, origin, provider, recorder } = this.#parts;
    const record = reusedRecord(job, answer, { origin, simulated: provider.simulated });
    const { cost, finishReason, wallTime } = answer;
    listener({ type: "reused", lane: lane.name, ageMs: clock.wall() - wallTime, cost, finishReason });
    this.#keep(answer.body.length);
    lane.recording += 1;
    recorder.settle(record, this.#deliver(settledRow(job, record, record.outcome), lane));
  }

  /** An answer with nothing in it, or taken by a filter, may be another one next time: it is asked for again. */
  #remember({ request }: Job, ending: Ending, simulated: boolean): void {
    const { cache, clock, provider } = this.#parts;
    if (cache === null || ending.kind !== "answered" || simulated !== provider.simulated) return;
    const { body, reply, requestId, status } = ending;
    const { cost, empty, finishReason, model } = reply;
    if (empty || flawOf(finishReason) === "content_filter") return;
    const facts = { requestId, body, finishReason, model, cost: cost?.ticks ?? null };
    cache.keep(request, { httpStatus: status, wallTime: clock.wall(), ...facts });
  }

  /** What happens once the record is durable. */
  #next(
    { job, lane }: Attempt,
    decision: Decision,
    record: AttemptRecord,
    now: number,
  ): (now: number) => void {
    const { outcome } = record;
    if (decision.action === "book") return this.#booked(lane, outcome?.body?.length ?? 0);
    if (outcome !== null) return this.#deliver(settledRow(job, record, outcome), lane);
    return this.#goOn(job, lane, decision.action === "again" ? now + decision.delayMs : now);
  }

  /** The row went its way, or goes it, by its other attempt. */
  #booked(lane: LaneWork, bodyBytes: number): () => void {
    return () => {
      lane.recording -= 1;
      this.#letGo(bodyBytes);
      this.#parts.changed();
    };
  }

  /** What happens to a row once its outcome is durable; made apart, so that nothing else of the attempt is held. */
  #deliver(row: SettledRow, lane: LaneWork): () => void {
    const bodyBytes = row.body?.length ?? 0;
    return () => {
      const { deliver, changed } = this.#parts;
      lane.recording -= 1;
      this.#letGo(bodyBytes);
      deliver(row, row.body !== null && row.body.length < bodyBytes);
      changed();
    };
  }

  /** A row of a closed lane goes back, too: to be left out. */
  #goOn(job: Job, lane: LaneWork, at: number): (now: number) => void {
    return (now) => {
      const { isOpen, changed } = this.#parts;
      lane.recording -= 1;
      if (isOpen()) lane.putAgain(job, at, now);
      changed();
    };
  }

  /** The ledger takes nothing any more: no body waits for it. */
  abandon(): void {
    this.#letGo(this.#keptBytes);
    this.#isAbandoned = true;
  }

  #keep(bytes: number): void {
    if (bytes === 0 || this.#isAbandoned) return;
    this.#keptBytes += bytes;
    this.#parts.transport.keptBodies?.keep(bytes);
  }

  #letGo(bytes: number): void {
    if (bytes === 0 || this.#isAbandoned) return;
    this.#keptBytes -= bytes;
    this.#parts.transport.keptBodies?.letGo(bytes);
  }
}

/** Null where an end is no outcome of its row. */
function outcomeOf(
  decision: Decision,
  ending: Ending,
  facts: { origin: string; simulated: boolean },
): OutcomeRecord | null {
  if (decision.action === "settle") return outcomeRecord(decision, decision.by ?? ending, facts);
  const isSecondAnswer = decision.action === "book" && decision.isSecondAnswer;
  return isSecondAnswer ? outcomeRecord(ANSWERED, ending, facts) : null;
}

function endedEvent(
  { firstTokenMs, job, lane, race }: Attempt,
  ending: Ending,
  decision: Decision,
  { atRisk, isHedge, latencyMs }: AttemptRecord,
): RunEvent {
  const event: RunEvent = {
    type: "ended",
    lane: lane.name,
    line: job.line,
    customId: job.customId,
    ending,
    latencyMs,
    firstTokenMs,
    willRetry: decision.action === "again",
    isHeld: decision.action === "settle" && decision.held,
    atRisk,
  };
  return race === null ? event : { ...event, race: { isHedge, row: race.stands(decision) } };
}

/** What the budget has to take for spent; where nobody told, the worst. */
function spentBy(record: AttemptRecord, worstCost: Ticks): Ticks {
  if (record.cost !== null) return record.cost;
  return record.ending === "answered" ? worstCost : (record.atRisk ?? worstCost);
}
