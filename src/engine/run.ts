import type { Clock } from "../model/clock.ts";
import type { AccountEnding, Ending } from "../model/ending.ts";
import type { StopReason } from "../model/errors.ts";
import type { RunListener } from "../model/events.ts";
import type { Ledger } from "../model/ledger.ts";
import type { LaneSnapshot, Limiter } from "../model/limiter.ts";
import type { Binding } from "../model/limits.ts";
import type { SettledRow } from "../model/outcome.ts";
import type { Provider } from "../model/provider.ts";
import type { Request } from "../model/request.ts";
import type { Exchange, Transport, WireEnd } from "../model/transport.ts";
import { Alarm } from "./alarm.ts";
import { Attempt, type AttemptObserver } from "./attempt.ts";
import type { Budget } from "./budget.ts";
import { Deadlines } from "./deadlines.ts";
import type { Delivery } from "./delivery.ts";
import type { Feed } from "./feed.ts";
import type { Job } from "./job.ts";
import { LaneWork } from "./lane-work.ts";
import { Preparation } from "./preparation.ts";
import { ProviderWatch } from "./provider-watch.ts";
import { Recorder } from "./recorder.ts";
import { feedbackOf, givenUpEnding, timeoutEnding } from "./records.ts";
import { type Decision, decide } from "./retry-policy.ts";
import { Settling } from "./settling.ts";
import { skipStoppedLanes } from "./stopped-lanes.ts";
import type { WorstCost } from "./worst-cost.ts";

/** A wait asked for by the provider is said when it is longer than this. */
const PAUSE_WORTH_SAYING_MS = 2000;
/** Why a row that nobody waits for any more was not sent. */
const GIVEN_UP = { code: "cancelled", message: "given up before it was sent" };

/** The parts a run is made of; all are borrowed, none is closed here. */
export interface RunParts {
  ledger: Ledger;
  feed: Feed;
  delivery: Delivery;
  transport: Transport;
  provider: Provider;
  limiterOf: (lane: string) => Limiter;
  /** Called when a limiter shared with another run may have room again. */
  onLimiterChange: (listener: () => void) => () => void;
  exchangeOf: (request: Request) => Exchange;
  /** Provider and address, as recorded with each answer. */
  origin: string;
  /** What a request of this model may cost at worst; learns from the answers. */
  worstCostOf: (model: string) => WorstCost;
  /** True when the ledger's answers are rehearsals, false when they are real; null when there are none. */
  rehearsal: boolean | null;
  budget: Budget | null;
  clock: Clock;
  random: () => number;
  listener: RunListener;
  maxAttempts: number;
  timeoutMs: number;
  /** A run with one lane stops when the lane does; false where other lanes may still come. */
  soleLane: boolean;
}

/** How a run ended: `stop` is null when every row that was to be sent is settled. */
export interface RunEnd {
  stop: { reason: StopReason; message: string } | null;
  /** Lanes the provider closed, with the reason, while others went on. */
  stoppedLanes: readonly { lane: string; code: string; message: string }[];
  /** Rows that were under way when the run was aborted: they may be billed. */
  cutOff: readonly number[];
}

/** The loop: pull, intend, admit, attempt, settle, deliver. Every step is somebody else's; the order is ours. */
export class Run implements AttemptObserver {
  readonly #parts: RunParts;
  readonly #lanes = new Map<string, LaneWork>();
  readonly #inFlight = new Set<Attempt>();
  readonly #deadlines = new Deadlines<Attempt>();
  readonly #alarm: Alarm;
  readonly #recorder: Recorder;
  readonly #preparation: Preparation;
  readonly #settling: Settling;
  readonly #watch: ProviderWatch;
  readonly #unsubscribe: (() => void)[];
  readonly #ended = Promise.withResolvers<RunEnd>();
  #stop: RunEnd["stop"] = null;
  #aborted = false;
  #failure: { error: unknown } | null = null;
  #finishing = false;
  readonly #cutOff: number[] = [];
  /** Rows whose asker does not wait any more. */
  readonly #givenUp = new Set<number>();
  #awake = false;
  #turn = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const shared = {
      ...parts,
      isOpen: () => this.#stop === null,
      deliver: (row: SettledRow) => this.#deliver(row),
      changed: () => this.#wake(),
      failed: (error: unknown) => this.fail(error),
    };
    this.#alarm = new Alarm(parts.clock, () => this.#wake());
    this.#recorder = new Recorder(parts.ledger, shared.failed);
    this.#preparation = new Preparation({ ...shared, recorder: this.#recorder });
    this.#settling = new Settling({ ...shared, recorder: this.#recorder });
    this.#watch = new ProviderWatch(parts.rehearsal);
    this.#unsubscribe = [parts.transport.onCapacity(shared.changed), parts.onLimiterChange(shared.changed)];
    parts.feed.onArrival(shared.changed);
    this.#wake();
  }

  get done(): Promise<RunEnd> {
    return this.#ended.promise;
  }

  /** Starts nothing more; what is in flight is finished. */
  drain(reason: StopReason, message: string): void {
    if (this.#stop !== null || this.#finishing) return;
    this.#stop = { reason, message };
    this.#parts.listener({ type: "stopping", reason, message });
    for (const lane of this.#lanes.values()) this.#preparation.withdraw(lane);
    this.#parts.feed.close().catch((error: unknown) => this.fail(error));
    this.#wake();
  }

  /** Gives up what is in flight: its intents stay without an outcome, exactly as after a kill. */
  abort(reason: StopReason, message: string): void {
    this.drain(reason, message);
    this.#aborted = true;
    for (const attempt of this.#inFlight) attempt.handle?.abort();
    this.#wake();
  }

  /**
   * Gives one row up: it is not sent, or its exchange is aborted, and it ends as `unsent` or `unknown`. True when it
   * was under way.
   */
  giveUp(index: number): boolean {
    this.#givenUp.add(index);
    const underWay = [...this.#inFlight].filter((attempt) => attempt.job.index === index);
    for (const attempt of underWay) attempt.handle?.abort();
    this.#wake();
    return underWay.length > 0;
  }

  /** A part of ours broke: the run cannot go on. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.abort("signal", "a part of the run failed");
  }

  lanes(): LaneSnapshot[] {
    const now = this.#parts.clock.now();
    return [...this.#lanes.values()].map((lane) => {
      const snapshot = lane.limiter.snapshot(now);
      return lane.binding === "nothing" ? snapshot : { ...snapshot, binding: lane.binding };
    });
  }

  written(attempt: Attempt): void {
    attempt.lane.limiter.written(this.#parts.clock.now(), attempt.permit);
    this.#parts.listener({ type: "sent", lane: attempt.lane.name });
  }

  /** An attempt is over: the limiter learns, the policy decides, the ledger keeps. */
  ended(attempt: Attempt, end: WireEnd): void {
    const { budget, clock } = this.#parts;
    const now = clock.now();
    const { job, lane } = attempt;
    this.#inFlight.delete(attempt);
    lane.inFlight -= 1;
    const ending = this.#classify(attempt, end);
    lane.limiter.settle(now, attempt.permit, feedbackOf(ending, attempt.head, now - attempt.startedAt));
    if (this.#aborted && ending.kind !== "answered") {
      budget?.settle(job.worstCost ?? 0, job.worstCost ?? 0);
      if (ending.kind !== "unprocessed") this.#cutOff.push(job.index);
    } else this.#settle(attempt, ending, now);
    this.#wake();
  }

  #settle(attempt: Attempt, ending: Ending, now: number): void {
    const { provider } = this.#parts;
    const simulated = attempt.head !== null && provider.isSimulated(attempt.head);
    const foreign = ending.kind === "answered" ? this.#watch.sawAnswer(simulated) : null;
    const stop = foreign ?? this.#watch.saw(ending, now);
    const decision =
      foreign === null ? this.#decide(attempt.job, ending) : ({ action: "stop", scope: "run" } as const);
    this.#settling.settle(attempt, ending, decision, now, simulated);
    if (stop !== null) this.drain(stop.reason, stop.message);
    if (ending.kind === "account") this.#stopFor(ending, attempt.lane);
  }

  #classify(attempt: Attempt, end: WireEnd): Ending {
    if (attempt.timedOut && end.kind === "aborted" && (end.written || attempt.written)) {
      return timeoutEnding(end, this.#parts.timeoutMs);
    }
    if (this.#givenUp.has(attempt.job.index) && end.kind === "aborted" && (end.written || attempt.written)) {
      return givenUpEnding();
    }
    return this.#parts.provider.classify(end, attempt.job.request);
  }

  #decide(job: Job, ending: Ending): Decision {
    const { maxAttempts, random } = this.#parts;
    return decide({ ending, attempts: job.attempts, maxAttempts, unprocessed: job.unprocessed, random });
  }

  #deliver(row: SettledRow): void {
    this.#givenUp.delete(row.index);
    this.#parts.listener({ type: "settled", row });
    this.#parts.delivery.settled(row);
  }

  /** Key, credits and access end the run; an unknown model ends its lane, and the run where there is no other. */
  #stopFor({ code, message, reason }: AccountEnding, lane: LaneWork): void {
    const oneModel = reason === "model" || reason === "access";
    if (!oneModel || this.#parts.soleLane) {
      this.drain("account", message);
      return;
    }
    if (lane.stopped !== null) return;
    lane.stopped = { code, message };
    this.#parts.listener({ type: "note", message: `${lane.name}: ${message}; its rows are not sent` });
    this.#preparation.withdraw(lane);
  }

  /** Asks for a turn once the present callbacks are through: many of them share one. */
  #wake(): void {
    if (this.#awake || this.#finishing) return;
    this.#awake = true;
    queueMicrotask(() => this.#takeTurn());
  }

  /** One turn: everything that can happen now happens, then one alarm is set for the rest. */
  #takeTurn(): void {
    this.#awake = false;
    if (this.#finishing) return;
    const now = this.#parts.clock.now();
    this.#abortExpired(now);
    let wakeAt = Number.POSITIVE_INFINITY;
    if (this.#stop === null) {
      for (const lane of this.#lanesInTurn()) wakeAt = Math.min(wakeAt, this.#serve(lane, now));
    }
    // Last: what was started in this turn has a deadline, too.
    this.#alarm.set(Math.min(wakeAt, this.#deadlines.next()));
    if (this.#isDone()) {
      this.#finishing = true;
      this.#finish().then(this.#ended.resolve, this.#ended.reject);
    }
  }

  /** Every lane, each turn beginning with another: a full one never starves the rest of shared slots. */
  #lanesInTurn(): LaneWork[] {
    for (const name of this.#parts.feed.lanes()) {
      if (!this.#lanes.has(name)) this.#lanes.set(name, new LaneWork(name, this.#parts.limiterOf(name)));
    }
    const lanes = [...this.#lanes.values()];
    this.#turn = (this.#turn + 1) % Math.max(1, lanes.length);
    return [...lanes.slice(this.#turn), ...lanes.slice(0, this.#turn)];
  }

  /** Starts what this lane may start; returns when to look again. */
  #serve(lane: LaneWork, now: number): number {
    for (;;) {
      this.#preparation.refill(lane, now);
      const job = lane.peek();
      if (job === undefined) return this.#nothingReady(lane, now);
      if (this.#givenUp.has(job.index)) {
        lane.next();
        this.#preparation.leaveOut(lane, job, GIVEN_UP);
        continue;
      }
      const blocked = this.#blockedBy(lane, job, now);
      if (blocked !== null) {
        lane.binding = blocked.by;
        return now + blocked.waitMs;
      }
      lane.next();
      this.#start(lane, job, now);
    }
  }

  #nothingReady(lane: LaneWork, now: number): number {
    if (lane.preparing === 0 && !lane.taking) {
      lane.binding = this.#parts.feed.isComplete() ? "nothing" : "input";
    } else if (lane.lastLoad === null || lane.limiter.admit(now, lane.lastLoad) > 0) {
      lane.binding = "nothing";
    } else {
      lane.binding = "disk";
      lane.lookAhead.starved();
    }
    return Math.max(now, lane.nextDue());
  }

  #blockedBy(lane: LaneWork, job: Job, now: number): { by: Binding; waitMs: number } | null {
    const { budget, delivery, transport } = this.#parts;
    const outage = this.#watch.outage.admit(now);
    if (outage > 0)
      return this.#pausedBy(lane, outage, `cannot reach the provider: ${this.#watch.unreachable}`, now);
    if (delivery.isFull()) return { by: "output", waitMs: Number.POSITIVE_INFINITY };
    const waitMs = lane.limiter.admit(now, job.load);
    if (waitMs > 0) {
      const pause = waitMs > PAUSE_WORTH_SAYING_MS ? lane.limiter.snapshot(now).blockedForMs : 0;
      if (pause > PAUSE_WORTH_SAYING_MS)
        return this.#pausedBy(lane, waitMs, "the provider asks to wait", now);
      return { by: "nothing", waitMs };
    }
    if (transport.capacity() <= 0) {
      transport.warm(this.#inFlight.size + lane.readyCount());
      return { by: "connections", waitMs: Number.POSITIVE_INFINITY };
    }
    // Answers that came since the row was prepared may have been dearer than any before.
    if (budget !== null) job.worstCost = this.#parts.worstCostOf(job.lane).of(job.request);
    const verdict = budget?.admit(job.worstCost ?? 0) ?? "go";
    if (verdict === "go") return null;
    if (verdict === "stop") this.drain("budget", "the next request could pass the budget");
    return { by: "nothing", waitMs: Number.POSITIVE_INFINITY };
  }

  #pausedBy(lane: LaneWork, waitMs: number, why: string, now: number): { by: Binding; waitMs: number } {
    if (Number.isFinite(waitMs) && now + waitMs > lane.pausedUntil + PAUSE_WORTH_SAYING_MS) {
      lane.pausedUntil = now + waitMs;
      const untilWall = this.#parts.clock.wall() + waitMs;
      this.#parts.listener({ type: "paused", lane: lane.name, reason: why, untilWall });
    }
    return { by: "provider", waitMs };
  }

  #start(lane: LaneWork, job: Job, now: number): void {
    const { budget, exchangeOf, timeoutMs, transport } = this.#parts;
    const permit = lane.limiter.sent(now, job.load);
    lane.lookAhead.sent(now);
    lane.lastLoad = job.load;
    const attempt = new Attempt(job, lane, permit, now, now + timeoutMs, this);
    this.#inFlight.add(attempt);
    this.#deadlines.add(attempt);
    lane.inFlight += 1;
    lane.binding = "nothing";
    budget?.reserve(job.worstCost ?? 0);
    this.#watch.outage.started();
    attempt.handle = transport.start(exchangeOf(job.request), attempt);
  }

  #abortExpired(now: number): void {
    for (const attempt of this.#deadlines.expired(now)) {
      attempt.timedOut = true;
      attempt.handle?.abort();
    }
  }

  #isDone(): boolean {
    if (this.#inFlight.size > 0) return false;
    const lanes = [...this.#lanes.values()];
    if (this.#stop !== null) return this.#failure !== null || lanes.every((lane) => lane.isStill());
    const { feed } = this.#parts;
    const hasRows = (lane: LaneWork) => lane.stopped === null && !feed.isEmpty(lane.name);
    if (lanes.some((lane) => lane.busy() > 0 || hasRows(lane))) return false;
    return feed.isComplete();
  }

  async #finish(): Promise<RunEnd> {
    this.#alarm.set(Number.POSITIVE_INFINITY);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#throwFailure();
    await this.#recorder.idle();
    if (this.#stop === null) {
      await skipStoppedLanes(this.#parts.ledger, this.#lanes.values(), (row) => this.#deliver(row));
    }
    await this.#parts.delivery.finish();
    this.#throwFailure();
    const stoppedLanes = [...this.#lanes.values()].flatMap(({ name, stopped }) =>
      stopped === null ? [] : [{ lane: name, ...stopped }],
    );
    return { stop: this.#stop, stoppedLanes, cutOff: this.#cutOff };
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
